# The part of enableagent.ps1 that starts the agent; script.ts puts it into its place. A task of Windows runs a copy of
# this script in another mode: detached from the extension, which waits for what it started, and with the variables of
# the machine as they are.

function StartAgent {
  CopyScript
  $mode = $(if ($weir.IsInteractive) { 'logon' } else { 'agent' }) + $(if ($weir.IsOnce) { '-once' } else { '-kept' })
  RegisterTask 'weir-agent' $mode '' $weir.IsInteractive
  if ($weir.IsInteractive) { LogOnByItself } else { Start-ScheduledTask -TaskName 'weir-agent' }
}

# The variables that were unset for the enrolment stand in the environment of the machine, so they are unset here again.
function RunAgent {
  $weir.IsDone = $true
  foreach ($entry in @(Get-ChildItem -Path Env:)) {
    if ($entry.Name -like 'VSTS_AGENT_INPUT_*') { [Environment]::SetEnvironmentVariable($entry.Name, $null, 'Process') }
  }
  $isLogOn = $WeirMode -like 'logon-*'
  if ($isLogOn) { Set-ItemProperty -LiteralPath 'HKCU:\Control Panel\Desktop' -Name 'ScreenSaveActive' -Value '0' }
  $arguments = @('--startuptype', $(if ($isLogOn) { 'autostartup' } else { 'service' }))
  if ($WeirMode -like '*-once') { $arguments += '--once' }
  Set-Location -LiteralPath $root
  while ($true) {
    & (Join-Path $root 'run.cmd') @arguments | Out-Null
    # It has updated itself; where somebody is logged on, the update starts it again.
    if ($LASTEXITCODE -ne 3 -or $isLogOn) { break }
    Start-Sleep -Seconds 20
  }
}

function CopyScript {
  $copy = Join-Path $root 'enableagent.ps1'
  if ($PSCommandPath -ne $copy) { Copy-Item -LiteralPath $PSCommandPath -Destination $copy -Force }
}

# Every value was held against its own pattern: none has a blank, a quote or a sign that a command line reads.
function RegisterTask([string] $name, [string] $mode, [string] $folder, [bool] $atLogOn) {
  $script = Join-Path $root 'enableagent.ps1'
  $words = @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-WindowStyle', 'Hidden', '-File', $script, '-WeirMode', $mode)
  if ($folder -ne '') {
    $words += @('-WeirFolder', $folder, '-WeirUrl', $weir.Url, '-WeirPool', $WeirPool)
    $words += @('-WeirPackageUrl', $WeirPackageUrl, '-WeirPackageSha256', $WeirPackageSha256)
  }
  $action = New-ScheduledTaskAction -Execute (Join-Path $env:windir "System32\$powershell") -Argument ($words -join ' ') -WorkingDirectory $root
  # Without a limit of time, and with the priority of other programs: that of tasks is lower.
  $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries `
    -DontStopIfGoingOnBatteries -MultipleInstances IgnoreNew -Priority 4
  if ($atLogOn) {
    $account = "$env:COMPUTERNAME\$agentUser"
    $principal = New-ScheduledTaskPrincipal -UserId $account -LogonType Interactive -RunLevel Limited
    $trigger = New-ScheduledTaskTrigger -AtLogOn -User $account
    [void] (Register-ScheduledTask -TaskName $name -Action $action -Principal $principal -Settings $settings -Trigger $trigger -Force)
  } else {
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    [void] (Register-ScheduledTask -TaskName $name -Action $action -Principal $principal -Settings $settings -Force)
  }
}

function IsTaskRunning([string] $name) {
  $task = Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
  return ($null -ne $task -and $task.State -eq 'Running')
}
