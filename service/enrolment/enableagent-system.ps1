# The part of enableagent.ps1 that touches Windows itself; script.ts puts it into its place.

# The key of the agent could be decrypted by any account of this machine, so only those that need it may read the folder,
# whatever rights the image gave to it.
function ProtectRoot {
  $rights = New-Object Security.AccessControl.DirectorySecurity
  $rights.SetAccessRuleProtection($true, $false)
  foreach ($sid in 'S-1-5-18', 'S-1-5-32-544') {
    $rights.AddAccessRule((FullControlOf (New-Object Security.Principal.SecurityIdentifier($sid))))
  }
  [IO.Directory]::SetAccessControl($root, $rights)
}

function AllowAgent([string] $folder) {
  $rights = [IO.Directory]::GetAccessControl($folder)
  $rights.SetAccessRule((FullControlOf (New-Object Security.Principal.NTAccount("$env:COMPUTERNAME\$agentUser"))))
  [IO.Directory]::SetAccessControl($folder, $rights)
}

function FullControlOf([Security.Principal.IdentityReference] $who) {
  return New-Object Security.AccessControl.FileSystemAccessRule($who, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow')
}

function NewFolder([string] $prefix) {
  $folder = Join-Path $root ($prefix + [Guid]::NewGuid().ToString('N').Substring(0, 6))
  [void] [IO.Directory]::CreateDirectory($folder)
  return $folder
}

function RemoveQuietly([string] $path) {
  if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Recurse -Force -ErrorAction SilentlyContinue }
}

# Its output goes nowhere; 124 where it did not end in time.
function RunQuietly([string] $file, [string] $arguments, [int] $seconds) {
  $start = New-Object Diagnostics.ProcessStartInfo($file, $arguments)
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.WorkingDirectory = $root
  $process = [Diagnostics.Process]::Start($start)
  if ($process.WaitForExit($seconds * 1000)) { return $process.ExitCode }
  $process.Kill()
  return 124
}

function FirstOf([string] $text, [int] $length) { return $text.Substring(0, [Math]::Min($length, $text.Length)) }

function LastOf([string] $text, [int] $length) { return $text.Substring([Math]::Max(0, $text.Length - $length)) }
