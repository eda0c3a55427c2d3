# The part of enableagent.ps1 for a machine that is being reimaged; script.ts puts it into its place. The claim has to
# wait for the end of the reimage, and Azure may count the extension as a part of it: so the extension succeeds, and a
# task of Windows goes on with what was staged (decision 0004).

# The extension may call again while a run is under way or waits; a second claim would look like an attack. The lock goes
# with the process. What a killed run left behind goes too.
function TakeTurn {
  $until = [DateTime]::UtcNow.AddSeconds($(if ($weir.IsDetached) { 60 } else { 0 }))
  while ($null -eq $weir.Lock) {
    try { $weir.Lock = [IO.File]::Open((Join-Path $root '.weir-lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
    catch {
      if ([DateTime]::UtcNow -ge $until) { break }
      Start-Sleep -Seconds 1
    }
  }
  $isLost = $weir.IsDetached -and -not (Test-Path -LiteralPath (Join-Path $WeirFolder 'state'))
  $isWaiting = -not $weir.IsDetached -and (IsTaskRunning 'weir-enrolment')
  if ($null -eq $weir.Lock -or $isLost -or $isWaiting) {
    Say 'enrolment goes on by itself already'
    $weir.IsDone = $true
    return $false
  }
  if (-not $weir.IsDetached) {
    foreach ($left in @(Get-ChildItem -LiteralPath $root -Directory -Force -Filter '.weir.*')) { RemoveQuietly $left.FullName }
  }
  return $true
}

# Values cross in a file that Windows encrypts for this machine and that only SYSTEM and administrators can read, never
# in an argument: they may be the password of a proxy.
function HandOver {
  $state = @{
    work = $weir.Work; hasWork = $weir.HasWork; proxyUrl = $weir.ProxyUrl; proxyUser = $weir.ProxyUser
    proxyPassword = $weir.ProxyPassword; forbidden = [string[]] $weir.Forbidden; restart = [string[]] $weir.Restart
  }
  WriteProtected (Join-Path $weir.Staging 'state') (ConvertTo-Json $state -Compress)
  CopyScript
  if ($PSScriptRoot -eq $root) { WriteText (Join-Path $root '.agent') $waiting }
  RegisterTask 'weir-enrolment' 'resume' $weir.Staging $false
  # It belongs to the task now, which waits for this process to let go of the lock.
  $weir.Staging = ''
  $weir.IsHandedOver = $true
  $weir.IsDone = $true
  Start-ScheduledTask -TaskName 'weir-enrolment'
  Say 'the machine is being reimaged; enrolment goes on by itself'
}

function Resume {
  $weir.HasBegun = $true
  $weir.Staging = $WeirFolder
  $file = Join-Path $WeirFolder 'state'
  $state = ConvertFrom-Json (ReadProtected $file)
  RemoveQuietly $file
  $weir.Work = [string] $state.work
  $weir.HasWork = [bool] $state.hasWork
  $weir.ProxyUrl = [string] $state.proxyUrl
  $weir.ProxyUser = [string] $state.proxyUser
  $weir.ProxyPassword = [string] $state.proxyPassword
  $weir.Forbidden = @($state.forbidden)
  $weir.Restart = @($state.restart)
  # This process has the variables of the image again.
  foreach ($entry in @(Get-ChildItem -Path Env:)) {
    if ($entry.Name -like 'VSTS_AGENT_INPUT_*') { [Environment]::SetEnvironmentVariable($entry.Name, $null, 'Process') }
  }
}
