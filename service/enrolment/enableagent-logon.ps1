# The part of enableagent.ps1 about the account of the agent; script.ts puts it into its place. Elevated agents run as
# SYSTEM. Those for interactive tests run unelevated in the session of a local account that Windows logs on by itself
# after a restart (agent-enrolment.md 7); its password is made here, is told nobody, and stands only among the secrets of
# Windows, where Windows looks for it.
$agentUser = 'AzDevOps'
$winlogon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$policies = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'

function MakeUser {
  if (-not $weir.IsInteractive) { return }
  $weir.Password = NewPassword
  $secure = ConvertTo-SecureString -String $weir.Password -AsPlainText -Force
  if ($null -eq (Get-LocalUser -Name $agentUser -ErrorAction SilentlyContinue)) {
    [void] (New-LocalUser -Name $agentUser -Password $secure -PasswordNeverExpires -AccountNeverExpires)
  } else {
    Set-LocalUser -Name $agentUser -Password $secure -PasswordNeverExpires $true
    Enable-LocalUser -Name $agentUser
  }
  # As the agents of Azure Pipelines' own scale set pools; what it starts is unelevated all the same.
  try { Add-LocalGroupMember -SID 'S-1-5-32-544' -Member $agentUser }
  catch { if ($_.FullyQualifiedErrorId -notlike 'MemberExists*') { throw } }
  AllowAgent $root
}

function NewPassword {
  $bytes = New-Object 'byte[]' 30
  $random = [Security.Cryptography.RandomNumberGenerator]::Create()
  try { $random.GetBytes($bytes) } finally { $random.Dispose() }
  # The end satisfies every rule about kinds of characters.
  return [Convert]::ToBase64String($bytes) + '-aA1'
}

function LogOnByItself {
  $weir.HasLogOn = $true
  WriteSecret $weir.Password
  $weir.Password = ''
  # What an earlier set-up left in plain text would win over the secret.
  Remove-ItemProperty -LiteralPath $winlogon -Name 'DefaultPassword' -ErrorAction SilentlyContinue
  Remove-ItemProperty -LiteralPath $winlogon -Name 'AutoLogonCount' -ErrorAction SilentlyContinue
  Set-ItemProperty -LiteralPath $winlogon -Name 'DefaultUserName' -Value $agentUser -Type String
  Set-ItemProperty -LiteralPath $winlogon -Name 'DefaultDomainName' -Value $env:COMPUTERNAME -Type String
  Set-ItemProperty -LiteralPath $winlogon -Name 'AutoAdminLogon' -Value '1' -Type String
  foreach ($power in 'monitor-timeout-ac', 'monitor-timeout-dc') {
    [void] (RunQuietly (Join-Path $env:windir 'System32\powercfg.exe') "/Change $power 0" 60)
  }
  foreach ($name in 'legalnoticecaption', 'legalnoticetext') {
    $notice = (Get-Item -LiteralPath $policies).GetValue($name)
    if (-not [string]::IsNullOrWhiteSpace($notice)) { Say "the policy $name of this image keeps Windows from logging on by itself" }
  }
}

function ForgetLogOn {
  Remove-ItemProperty -LiteralPath $winlogon -Name 'AutoAdminLogon' -ErrorAction SilentlyContinue
  WriteSecret $null
  Disable-LocalUser -Name $agentUser -ErrorAction SilentlyContinue
}

# The machine answers the extension first, and restarts then: an extension that is cut off counts as failed.
function RestartForLogOn {
  if (-not $weir.IsInteractive) { return }
  Say 'the machine restarts now, and its agent starts when Windows has logged on'
  [void] (RunQuietly (Join-Path $env:windir 'System32\shutdown.exe') '/r /t 30 /d p:4:1' 60)
}

# The one place where Windows looks for the password other than the registry in plain text. Null removes it.
function WriteSecret($password) {
  if (-not ('WeirSecret' -as [type])) { Add-Type -TypeDefinition $secretSource }
  $code = [WeirSecret]::Write('DefaultPassword', $password)
  if ($code -ne 0) { Fail "Windows did not keep the password of its own log-on: error $code" }
}

$secretSource = @'
using System;
using System.Runtime.InteropServices;

public static class WeirSecret {
  [StructLayout(LayoutKind.Sequential)]
  struct Text { public ushort Length; public ushort MaximumLength; public IntPtr Buffer; }

  [StructLayout(LayoutKind.Sequential)]
  struct Attributes {
    public uint Length; public IntPtr RootDirectory; public IntPtr ObjectName; public uint Flags;
    public IntPtr SecurityDescriptor; public IntPtr SecurityQualityOfService;
  }

  [DllImport("advapi32.dll")]
  static extern uint LsaOpenPolicy(IntPtr system, ref Attributes attributes, uint access, out IntPtr policy);

  [DllImport("advapi32.dll")]
  static extern uint LsaStorePrivateData(IntPtr policy, ref Text name, IntPtr data);

  [DllImport("advapi32.dll")]
  static extern uint LsaClose(IntPtr policy);

  [DllImport("advapi32.dll")]
  static extern uint LsaNtStatusToWinError(uint status);

  static Text TextOf(string words) {
    Text text = new Text();
    text.Buffer = Marshal.StringToHGlobalUni(words);
    text.Length = (ushort)(words.Length * 2);
    text.MaximumLength = (ushort)(words.Length * 2 + 2);
    return text;
  }

  public static uint Write(string name, string value) {
    const uint createSecret = 0x20;
    IntPtr policy;
    Attributes attributes = new Attributes();
    attributes.Length = (uint)Marshal.SizeOf(typeof(Attributes));
    uint status = LsaOpenPolicy(IntPtr.Zero, ref attributes, createSecret, out policy);
    if (status != 0) return LsaNtStatusToWinError(status);
    Text key = TextOf(name);
    Text data = new Text();
    IntPtr pointer = IntPtr.Zero;
    try {
      if (!String.IsNullOrEmpty(value)) {
        data = TextOf(value);
        pointer = Marshal.AllocHGlobal(Marshal.SizeOf(typeof(Text)));
        Marshal.StructureToPtr(data, pointer, false);
      }
      status = LsaStorePrivateData(policy, ref key, pointer);
      return status == 0 ? 0 : LsaNtStatusToWinError(status);
    } finally {
      if (data.Buffer != IntPtr.Zero) Marshal.ZeroFreeGlobalAllocUnicode(data.Buffer);
      if (pointer != IntPtr.Zero) Marshal.FreeHGlobal(pointer);
      Marshal.FreeHGlobal(key.Buffer);
      LsaClose(policy);
    }
  }
}
'@
