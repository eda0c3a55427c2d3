# Makes a Windows machine of a scale set an agent of its pool. An extension of Azure downloads this file and runs it as
# SYSTEM in Windows PowerShell 5.1; the file is the same for every pool and machine. What differs comes as named
# parameters, none of them secret, and from the service, against the attested document of this machine. The steps have
# the names of enableagent.sh. What is printed here stands in the view of the instance, so it is plain ASCII.
param(
  [string] $WeirUrl = '',
  [string] $WeirPool = '',
  [string] $WeirPackageUrl = '',
  [string] $WeirPackageSha256 = '',
  [string] $WeirMode = 'enrol',
  [string] $WeirFolder = ''
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$unknown = @($args)
$root = 'C:\agent'
$powershell = 'WindowsPowerShell\v1.0\powershell.exe'
# In .agent while an enrolment waits outside the extension: its handler takes the file alone for success.
$waiting = '{"weir":"enrolment goes on by itself"}'
$weir = @{
  Url = ''; Package = ''; Staging = ''; Step = ''; Lock = $null; IsDone = $false; HasBegun = $false; HasLogOn = $false
  IsDetached = ($WeirMode -eq 'resume'); IsHandedOver = $false; IsInteractive = $false; IsOnce = $false
  HasWork = $false; Work = ''; ProxyUrl = ''; ProxyUser = ''; ProxyPassword = ''; Forbidden = @(); Restart = @()
  Environment = @(); Answer = $null; Files = @{}; WorkFolder = ''; Password = ''; Trial = ''; Report = $null
  Code = 0
}

function Main {
  ReadParameters
  if (NeedsAgain) {
    RunAgain
    return
  }
  if ($WeirMode -like 'agent-*' -or $WeirMode -like 'logon-*') {
    RunAgent
    return
  }
  if ($WeirMode -eq 'trial') {
    RunTrial
    return
  }
  [void] [IO.Directory]::CreateDirectory($root)
  if (-not (TakeTurn)) { return }
  if (IsAgent) {
    Say 'this machine is an agent already'
    $weir.IsDone = $true
    return
  }
  if ($weir.IsDetached) { Resume } else { Stage }
  Claim
  if ($weir.IsHandedOver) { return }
  MakeUser
  MakeWorkFolder
  WriteFiles
  KeepTrial
  StartAgent
  StartTrial
  Say "agent $((ConvertFrom-Json $weir.Files['.agent']).agentName) of pool $WeirPool was started"
  $weir.IsDone = $true
  RestartForLogOn
}

# A claim happens once, so everything that may fail without it comes before it, the download of the package too.
function Stage {
  $weir.HasBegun = $true
  ProtectRoot
  $weir.Staging = NewFolder '.weir.'
  ReadImageEnvironment
  TakeAgentVariables
  LookForRestart
  Download
  Unpack
}

function Say([string] $words) {
  $line = 'weir: ' + ($words -replace '[^\x20-\x7e]', ' ')
  [Console]::Out.WriteLine($line)
  if ($weir.IsDetached) { Add-Content -LiteralPath (Join-Path $root 'enableagent.log') -Value $line -Encoding Ascii }
}

function Fail([string] $words) { throw $words }

# A run that did not come to its end leaves neither .agent nor a key nor a password; an agent of the image is not ours
# to remove.
function Finish {
  if ($weir.Staging -ne '') { RemoveQuietly $weir.Staging }
  if ($weir.IsDetached) { Unregister-ScheduledTask -TaskName 'weir-enrolment' -Confirm:$false -ErrorAction SilentlyContinue }
  if ($weir.IsDone) { return }
  if ($weir.HasBegun) {
    foreach ($name in '.agent', '.credentials_rsaparams', '.credentials', '.env') { RemoveQuietly (Join-Path $root $name) }
    if ($weir.Trial -ne '') { RemoveQuietly $weir.Trial }
    if ($weir.HasLogOn) {
      try { ForgetLogOn } catch { Say $_.Exception.Message }
    }
  }
  Say 'enrolment failed'
}

function ReadParameters {
  if ($unknown.Count -gt 0) { Fail "unknown parameter $($unknown[0])" }
  if ($WeirMode -match '^(agent|logon)-(once|kept)\z') { return }
  if ($WeirMode -notmatch '^(enrol|resume|trial)\z') { Fail '-WeirMode is for this script alone' }
  if ($WeirUrl -notmatch '^(https://|http://(127\.0\.0\.1|localhost)[:/])[A-Za-z0-9._:/~-]*\z') {
    Fail '-WeirUrl must be an https address'
  }
  $weir.Url = $WeirUrl.TrimEnd('/')
  if ($WeirPool -notmatch '^[A-Za-z0-9_][A-Za-z0-9._-]*\z') { Fail '-WeirPool must be a plain word' }
  if ($WeirPackageUrl -notmatch '^https?://[A-Za-z0-9._:/~-]+/[A-Za-z0-9][A-Za-z0-9._-]*\.zip\z') {
    Fail '-WeirPackageUrl must be the address of a zip file'
  }
  $weir.Package = $WeirPackageUrl.Substring($WeirPackageUrl.LastIndexOf('/') + 1)
  if ($WeirPackageSha256 -notmatch '^[0-9A-Fa-f]{64}\z') { Fail '-WeirPackageSha256 must have 64 hex digits' }
  $isOwn = $WeirFolder -match '^C:\\agent\\\.(weir|trial)\.[0-9a-f]{6}\z'
  if ($WeirMode -ne 'enrol' -and -not $isOwn) { Fail '-WeirFolder is for this script alone' }
}

# An agent that Weir made on this very machine is no reason to fail when the extension runs again; one that the image
# brought along would never join the pool, and nobody would say why.
function IsAgent {
  $file = Join-Path $root '.agent'
  if (-not (Test-Path -LiteralPath $file)) { return $false }
  if ((ReadText $file) -eq $waiting) {
    # The handler may still be about to look for it.
    if (-not $weir.IsDetached) { RemoveQuietly $file }
    return $false
  }
  $marker = Join-Path $root '.weir-machine'
  if ((Test-Path -LiteralPath $marker) -and (ReadText $marker) -eq (MachineId)) { return $true }
  Fail 'this machine is an agent already, and Weir did not make it one: the image brings it along'
}

function MachineId { return [string] (Get-CimInstance -ClassName Win32_ComputerSystemProduct).UUID }

# The variables of the machine as they are now: the extension's own process may be older than what a script has set.
function ReadImageEnvironment {
  $machine = [Environment]::GetEnvironmentVariables('Machine')
  foreach ($name in @($machine.Keys)) {
    if ($name -notmatch '^(VSTS_AGENT_INPUT_.*|VSO_AGENT_IGNORE)\z') { continue }
    [Environment]::SetEnvironmentVariable($name, [string] $machine[$name], 'Process')
  }
}

# Four variables of the image are honoured. Every other one would send the agent into another registration, or make all
# machines share one name: they are unset, and their names are reported.
function TakeAgentVariables {
  $forbidden = New-Object 'Collections.Generic.List[string]'
  foreach ($entry in @(Get-ChildItem -Path Env:)) {
    $name = $entry.Name.ToUpperInvariant()
    if (-not $name.StartsWith('VSTS_AGENT_INPUT_')) { continue }
    switch ($name) {
      'VSTS_AGENT_INPUT_WORK' { $weir.Work = $entry.Value; $weir.HasWork = $true }
      'VSTS_AGENT_INPUT_PROXYURL' { $weir.ProxyUrl = $entry.Value }
      'VSTS_AGENT_INPUT_PROXYUSERNAME' { $weir.ProxyUser = $entry.Value }
      'VSTS_AGENT_INPUT_PROXYPASSWORD' { $weir.ProxyPassword = $entry.Value }
      default { $forbidden.Add((FirstOf ($name -replace '[^A-Z0-9_]', '_') 100)) }
    }
    [Environment]::SetEnvironmentVariable($entry.Name, $null, 'Process')
  }
  $weir.Forbidden = @($forbidden.ToArray() | Select-Object -Unique -First 100)
  if ($weir.Forbidden.Count -gt 0) { Say "unset, because Weir does not honour them: $($weir.Forbidden -join ' ')" }
}

# The agent loads .env before all else; everything else of the image's environment reaches it from the machine itself.
# The names of the proxy's credentials are kept out of the capabilities, which everybody can read.
function WriteEnvironmentFile {
  $ignored = [string] $env:VSO_AGENT_IGNORE
  if ($weir.ProxyUrl -ne '') {
    WriteVariable 'VSTS_HTTP_PROXY' $weir.ProxyUrl
    WriteVariable 'VSTS_HTTP_PROXY_USERNAME' $weir.ProxyUser
    WriteVariable 'VSTS_HTTP_PROXY_PASSWORD' $weir.ProxyPassword
    $ignored = ($ignored + ',VSTS_HTTP_PROXY_USERNAME,VSTS_HTTP_PROXY_PASSWORD').TrimStart(',')
  }
  WriteVariable 'VSO_AGENT_IGNORE' $ignored
}

# One line for each variable and no escapes: a value of several lines cannot be written, and an empty one says nothing.
function WriteVariable([string] $name, [string] $value) {
  if ($value -ne '' -and $value -notmatch '[\r\n]') { $weir.Environment += "$name=$value" }
}

# A restart in the middle would lose the extension's answer, so it is not made here: jobs and validations are told.
# Files that wait to be renamed are no reason, because something on nearly every machine has some.
function LookForRestart {
  $servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
  $update = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
  $names = 'HKLM:\SYSTEM\CurrentControlSet\Control\ComputerName'
  if (Test-Path -LiteralPath $servicing) { $weir.Restart += 'a component of Windows' }
  if (Test-Path -LiteralPath $update) { $weir.Restart += 'an update' }
  $active = (Get-ItemProperty -LiteralPath "$names\ActiveComputerName").ComputerName
  if ($active -ne (Get-ItemProperty -LiteralPath "$names\ComputerName").ComputerName) { $weir.Restart += 'its new name' }
  if ($weir.Restart.Count -gt 0) { Say "the machine waits for a restart: $($weir.Restart -join ', ')" }
}

# The extension handler of Azure Pipelines has downloaded the package before it calls; the Custom Script Extension has not.
function Download {
  if (-not (Test-Path -LiteralPath (Join-Path $root $weir.Package))) { Network 'download' }
}

function Unpack {
  $package = Join-Path $root $weir.Package
  if ((Get-FileHash -LiteralPath $package -Algorithm SHA256).Hash -ne $WeirPackageSha256) {
    RemoveQuietly $package
    Fail "the agent package $($weir.Package) is not the one that Weir named"
  }
  Add-Type -AssemblyName System.IO.Compression
  Add-Type -AssemblyName System.IO.Compression.FileSystem
  $zip = [IO.Compression.ZipFile]::OpenRead($package)
  try { $names = @($zip.Entries | ForEach-Object { $_.FullName.Split('/\'.ToCharArray())[0] } | Select-Object -Unique) }
  finally { $zip.Dispose() }
  # What an earlier run or the image left would stand in the way of the files.
  foreach ($name in $names) {
    if ($name -notmatch '^[A-Za-z0-9_-][A-Za-z0-9._-]*\z') { Fail "the agent package holds something called $name" }
    RemoveQuietly (Join-Path $root $name)
  }
  [IO.Compression.ZipFile]::ExtractToDirectory($package, $root)
  RemoveQuietly $package
  $listener = Join-Path $root 'bin\Agent.Listener.exe'
  if (-not (Test-Path -LiteralPath $listener)) { Fail "the agent package $($weir.Package) holds no agent" }
  if ((RunQuietly $listener 'run --version' 120) -ne 0) { Fail 'the agent does not start on this image' }
}

@@enableagent-handover.ps1@@

@@enableagent-network.ps1@@

@@enableagent-steps.ps1@@

@@enableagent-folder.ps1@@

@@enableagent-logon.ps1@@

@@enableagent-start.ps1@@

@@enableagent-trial.ps1@@

@@enableagent-system.ps1@@

# The extensions may start the 32-bit PowerShell, which sees another registry and lacks commands. Only parameters that
# were read are handed on: one that nobody knows would be lost here, and its mistake with it.
function NeedsAgain { return [Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess }

function RunAgain {
  $again = @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $PSCommandPath, '-WeirMode', $WeirMode)
  $again += @('-WeirUrl', $WeirUrl, '-WeirPool', $WeirPool, '-WeirPackageUrl', $WeirPackageUrl, '-WeirPackageSha256', $WeirPackageSha256)
  & (Join-Path $env:windir "sysnative\$powershell") @again
  $weir.Code = $LASTEXITCODE
  # What it left it has put away itself.
  $weir.IsDone = $true
}

$code = 1
try {
  Main
  $code = $weir.Code
} catch {
  $step = $(if ($weir.Step -eq '') { '' } else { "$($weir.Step): " })
  Say ($step + $_.Exception.Message + " (line $($_.InvocationInfo.ScriptLineNumber))")
  # The Custom Script Extension shows of a failure what stands here.
  $words = ('weir: ' + $step + $_.Exception.Message) -replace '[^\x20-\x7e]', ' '
  [Console]::Error.WriteLine($words)
} finally {
  Finish
}
exit $code
