# The part of enableagent.ps1 about the work folder and the files of the agent; script.ts puts it into its place.

# The default lies on the temporary disk, which many sizes of machines do not have.
function MakeWorkFolder {
  $asked = [string] $weir.Answer.workFolder
  foreach ($folder in @($asked, [string] $weir.Answer.defaultWorkFolder, (Join-Path $root '_work'))) {
    if (-not (TakeFolder $folder)) { continue }
    $weir.WorkFolder = $folder
    if ($folder -ne $asked) {
      Say "the work folder $asked cannot be used, $folder is"
      Network 'default-work-folder'
    }
    return
  }
  Fail "neither the work folder $asked nor a default one can be used"
}

# Whoever sends the name, it is checked here again, also where its links lead.
function TakeFolder([string] $folder) {
  if (-not (IsAllowedFolder $folder)) { return $false }
  try {
    $drive = New-Object IO.DriveInfo($folder.Substring(0, 1))
    if (-not $drive.IsReady -or $drive.DriveType -ne 'Fixed') { return $false }
    [void] [IO.Directory]::CreateDirectory($folder)
    for ($part = $folder; $part.Length -gt 3; $part = [IO.Path]::GetDirectoryName($part)) {
      if (([IO.File]::GetAttributes($part) -band [IO.FileAttributes]::ReparsePoint) -ne 0) { return $false }
    }
    $probe = Join-Path $folder ('.weir-' + [Guid]::NewGuid().ToString('N'))
    [IO.File]::WriteAllText($probe, '')
    [IO.File]::Delete($probe)
    if ($weir.IsInteractive) { AllowAgent $folder }
    return $true
  } catch { return $false }
}

function IsAllowedFolder([string] $folder) {
  if ($folder.Length -gt 200 -or $folder -notmatch '^[C-Z]:\\[^\\]' -or $folder -match '\p{Cc}') { return $false }
  $parts = @($folder.Substring(3).Split('\'))
  foreach ($part in $parts) {
    if ($part -eq '' -or $part -match '[<>:"/|?*%^&!`$;]' -or $part -match '[. ]\z' -or $part -match '~[0-9]') { return $false }
    if ($part -match '^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?\z') { return $false }
  }
  return $parts[0] -notmatch '^(windows|program files( \(x86\))?|programdata|users)\z'
}

# .agent comes last and by a rename, because its existence alone means success. The key is encrypted for this machine
# before it touches the disk; whoever is on the machine could undo that, so the folder's rights are the fence.
function WriteFiles {
  foreach ($name in @($agentFileNames | Where-Object { $_ -ne '.agent' })) {
    if ($name -eq '.credentials_rsaparams') { WriteProtected (Join-Path $root $name) $weir.Files[$name] }
    else { WriteText (Join-Path $root $name) $weir.Files[$name] }
  }
  RemoveQuietly (Join-Path $root '.env')
  if ($weir.Environment.Count -gt 0) { WriteText (Join-Path $root '.env') (($weir.Environment -join "`n") + "`n") }
  WriteText (Join-Path $root '.weir-machine') (MachineId)
  $staged = Join-Path $weir.Staging '.agent'
  WriteText $staged $weir.Files['.agent']
  RemoveQuietly (Join-Path $root '.agent')
  Move-Item -LiteralPath $staged -Destination (Join-Path $root '.agent')
}

# Without a byte order mark: the reader of the key would stumble over one.
function WriteText([string] $file, [string] $text) {
  RemoveQuietly $file
  [IO.File]::WriteAllText($file, $text, (New-Object Text.UTF8Encoding($false)))
}

function ReadText([string] $file) { return [IO.File]::ReadAllText($file) }

function WriteProtected([string] $file, [string] $text) {
  Add-Type -AssemblyName System.Security
  $bytes = [Text.Encoding]::UTF8.GetBytes($text)
  $blob = [Security.Cryptography.ProtectedData]::Protect($bytes, $null, 'LocalMachine')
  [Array]::Clear($bytes, 0, $bytes.Length)
  RemoveQuietly $file
  [IO.File]::WriteAllBytes($file, $blob)
}

function ReadProtected([string] $file) {
  Add-Type -AssemblyName System.Security
  $blob = [IO.File]::ReadAllBytes($file)
  return [Text.Encoding]::UTF8.GetString([Security.Cryptography.ProtectedData]::Unprotect($blob, $null, 'LocalMachine'))
}
