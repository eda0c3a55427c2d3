# The steps of enableagent.ps1 that talk to the service, by the names under which they report; script.ts puts it into
# its place. What the service answers stays in memory until it is written for the agent.
$agentFileNames = @('.credentials_rsaparams', '.credentials', '.capabilities', '.setup_info', '.agent')

function Network([string] $step) {
  $weir.Step = $step
  switch ($step) {
    'claim' { StepClaim }
    'download' { StepDownload }
    'default-work-folder' { StepDefaultWorkFolder }
    'trial-report' { StepTrialReport }
  }
  $weir.Step = ''
}

function Claim {
  Network 'claim'
  if ($weir.IsHandedOver) { return }
  foreach ($words in @($weir.Answer.warnings)) { Say $words }
  # Machines for interactive tests restart before their first job.
  if (-not $weir.IsInteractive) {
    foreach ($reason in $weir.Restart) { TellJobs "This machine waits for a restart: $reason." }
  }
  WriteEnvironmentFile
}

function StepClaim {
  $text = ClaimWithPatience
  if ($null -eq $text) {
    HandOver
    return
  }
  $answer = ConvertFrom-Json $text
  foreach ($file in $answer.files.PSObject.Properties) { $weir.Files[$file.Name] = [string] $file.Value }
  if (Compare-Object @($weir.Files.Keys) $agentFileNames) { Fail 'the service sent other files than an agent has' }
  $weir.Answer = $answer
  $weir.IsInteractive = $answer.isInteractive -eq $true
  $weir.IsOnce = $answer.runOnce -eq $true
}

function StepDownload {
  Say 'the extension brought no agent package, it is downloaded'
  $part = Join-Path $weir.Staging 'package'
  for ($attempt = 1; ; $attempt++) {
    try {
      DownloadOnce $part
      break
    } catch {
      if ($attempt -ge 3) { throw }
      Start-Sleep -Seconds 5
    }
  }
  Move-Item -LiteralPath $part -Destination (Join-Path $root $weir.Package) -Force
}

function StepDefaultWorkFolder {
  $settings = ConvertFrom-Json $weir.Files['.agent']
  $asked = [string] $settings.workFolder
  $settings.workFolder = $weir.WorkFolder
  $weir.Files['.agent'] = ConvertTo-Json $settings -Compress
  TellJobs "The work folder $asked cannot be used on this machine, $($weir.WorkFolder) is."
  # And a capability of the agent, so that the page of its pool can say it.
  $capabilities = $weir.Files['.capabilities']
  if ($capabilities -ne '' -and -not $capabilities.EndsWith("`n")) { $capabilities += "`n" }
  $weir.Files['.capabilities'] = $capabilities + 'Weir.WorkFolderUnusable=' + (($asked -split '\s+') -join ' ').Trim() + "`n"
}

# Printed at the top of every job's log, where whoever runs the job looks.
function TellJobs([string] $detail) {
  $told = $weir.Files['.setup_info'].Trim()
  $others = $told.Substring(1, $told.Length - 2).Trim()
  $one = ConvertTo-Json @{ group = 'Weir: warning'; detail = $detail } -Compress
  $weir.Files['.setup_info'] = '[' + $(if ($others -eq '') { $one } else { "$others,$one" }) + ']'
}

function StepTrialReport {
  $body = @{ token = $weir.Report.token; report = $weir.Report.found }
  for ($attempt = 1; $attempt -le 12; $attempt++) {
    $answer = $null
    try { $answer = Ask "$($weir.Url)/v1/enrolment/reports" $body @{} $true } catch { Say $_.Exception.Message }
    if ($null -ne $answer) {
      if ($answer.Status -eq 200) { return }
      if ($answer.Status -lt 500 -and $answer.Status -ne 429) { Fail (WordsOf $answer) }
    }
    Start-Sleep -Seconds 10
  }
  Fail 'the service does not take the report'
}
