# The part of enableagent.ps1 for a trial machine of a validation; script.ts puts it into its place. It tells what the
# image brought along and runs a probe, once, beside its agent. Nothing waits for it: no job ever comes here, for the agent
# stays disabled.

function KeepTrial {
  if ($null -eq $weir.Answer.PSObject.Properties['trial'] -or $null -eq $weir.Answer.trial) { return }
  $weir.Trial = NewFolder '.trial.'
  $state = @{
    token = [string] $weir.Answer.trial.token; probe = $weir.Answer.trial.probeScript; workFolder = $weir.WorkFolder
    isRestartPending = ($weir.Restart.Count -gt 0); proxyUrl = $weir.ProxyUrl; proxyUser = $weir.ProxyUser
    proxyPassword = $weir.ProxyPassword
  }
  WriteProtected (Join-Path $weir.Trial 'state') (ConvertTo-Json $state -Compress)
}

# As the account that jobs run as; where the machine restarts first, after its log-on.
function StartTrial {
  if ($weir.Trial -eq '') { return }
  RegisterTask 'weir-trial' 'trial' $weir.Trial $weir.IsInteractive
  if (-not $weir.IsInteractive) { Start-ScheduledTask -TaskName 'weir-trial' }
}

function RunTrial {
  $weir.IsDone = $true
  $file = Join-Path $WeirFolder 'state'
  if (-not (Test-Path -LiteralPath $file)) { return }
  $state = ConvertFrom-Json (ReadProtected $file)
  RemoveQuietly $file
  $weir.ProxyUrl = [string] $state.proxyUrl
  $weir.ProxyUser = [string] $state.proxyUser
  $weir.ProxyPassword = [string] $state.proxyPassword
  try {
    $found = LookAround $state
    $found.probe = $(if ($null -eq $state.probe) { $null } else { RunProbe ([string] $state.probe) ([string] $state.workFolder) })
    $weir.Report = @{ token = [string] $state.token; found = $found }
    Network 'trial-report'
  } finally { RemoveQuietly $WeirFolder }
}

# Other agents would register machines of this image elsewhere, so their folders and services are looked for.
function LookAround($state) {
  $folder = [string] $state.workFolder
  $isWritable = $true
  $file = Join-Path $folder ('.weir-' + [Guid]::NewGuid().ToString('N'))
  try {
    [IO.File]::WriteAllText($file, '')
    [IO.File]::Delete($file)
  } catch { $isWritable = $false }
  $agents = @()
  foreach ($drive in @([IO.DriveInfo]::GetDrives() | Where-Object { $_.IsReady -and $_.DriveType -eq 'Fixed' })) {
    $agents += @(Get-ChildItem -LiteralPath $drive.Name -Filter '.agent' -File -Recurse -Depth 3 -Force -ErrorAction SilentlyContinue |
        ForEach-Object { $_.DirectoryName } | Where-Object { $_ -ne $root })
  }
  $agents += @(Get-Service -Name 'vstsagent*' -ErrorAction SilentlyContinue | ForEach-Object { $_.Name })
  return @{
    workFolder = FirstOf $folder 400
    isWorkFolderWritable = $isWritable
    freeDiskBytes = (New-Object IO.DriveInfo($folder.Substring(0, 1))).AvailableFreeSpace
    agentsFound = [string[]] @($agents | Select-Object -First 20 | ForEach-Object { FirstOf $_ 400 })
    isRebootPending = [bool] $state.isRestartPending
  }
}

# The script is data until here, and never part of a command. Without its last line the end of a program would be lost.
function RunProbe([string] $script, [string] $folder) {
  $file = Join-Path $WeirFolder 'probe.ps1'
  $output = Join-Path $WeirFolder 'output'
  WriteText $file ($script + "`r`nexit `$LASTEXITCODE`r`n")
  $begun = [Diagnostics.Stopwatch]::StartNew()
  $words = @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $file)
  $process = Start-Process -FilePath (Join-Path $env:windir "System32\$powershell") -ArgumentList $words -WorkingDirectory $folder `
    -WindowStyle Hidden -PassThru -RedirectStandardOutput $output -RedirectStandardError "$output.error"
  # Without its handle the process forgets its exit code.
  [void] $process.Handle
  $code = 124
  if ($process.WaitForExit(600000)) { $code = $process.ExitCode }
  else {
    [void] (RunQuietly (Join-Path $env:windir 'System32\taskkill.exe') "/T /F /PID $($process.Id)" 60)
    [void] $process.WaitForExit(10000)
  }
  $said = (ReadText $output) + (ReadText "$output.error")
  return @{ exitCode = $code; seconds = [Math]::Round($begun.Elapsed.TotalSeconds); output = LastOf $said 8000 }
}
