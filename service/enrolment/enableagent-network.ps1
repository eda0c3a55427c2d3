# The part of enableagent.ps1 that speaks HTTP; script.ts puts it into its place. Requests are made by .NET itself: the
# commands of PowerShell follow redirections and forget what an error answered.
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function NewRequest([string] $url, [bool] $throughProxy) {
  $request = [Net.HttpWebRequest] [Net.WebRequest]::Create($url)
  $request.AllowAutoRedirect = $false
  $request.Timeout = 60000
  $request.ReadWriteTimeout = 60000
  $request.UserAgent = 'weir-enableagent/1'
  if (-not $throughProxy) {
    $request.Proxy = $null
  } elseif ($weir.ProxyUrl -ne '') {
    $request.Proxy = New-Object Net.WebProxy($weir.ProxyUrl, $true)
    if ($weir.ProxyUser -ne '') {
      $request.Proxy.Credentials = New-Object Net.NetworkCredential($weir.ProxyUser, $weir.ProxyPassword)
    }
  }
  return $request
}

# An answer of any status is an answer; where none came, it throws.
function AnswerOf([Net.HttpWebRequest] $request) {
  try { return $request.GetResponse() }
  catch {
    $problem = $_.Exception
    while ($null -ne $problem -and $problem -isnot [Net.WebException]) { $problem = $problem.InnerException }
    if ($null -eq $problem -or $null -eq $problem.Response) { throw }
    return $problem.Response
  }
}

function Ask([string] $url, $body, [hashtable] $headers, [bool] $throughProxy) {
  $request = NewRequest $url $throughProxy
  foreach ($name in $headers.Keys) { $request.Headers.Add($name, $headers[$name]) }
  if ($null -ne $body) {
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $body -Compress -Depth 6))
    $request.Method = 'POST'
    $request.ContentType = 'application/json'
    $request.ContentLength = $bytes.Length
    $stream = $request.GetRequestStream()
    try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
  }
  $response = AnswerOf $request
  try {
    $reader = New-Object IO.StreamReader($response.GetResponseStream(), [Text.Encoding]::UTF8)
    $buffer = New-Object 'char[]' 1048576
    $length = $reader.ReadBlock($buffer, 0, $buffer.Length)
    return @{ Status = [int] $response.StatusCode; Text = (New-Object string -ArgumentList $buffer, 0, $length) }
  } finally { $response.Close() }
}

function WordsOf([hashtable] $answer) {
  try {
    $problem = ConvertFrom-Json $answer.Text
    return "$($problem.code): $($problem.message)"
  } catch { return "HTTP $($answer.Status)" }
}

# The service may not have seen this machine yet (403), or not the end of its reimage (425).
function IsPassing([int] $status) {
  if ($status -in 403, 408, 429) { return $true }
  return ($status -eq 425 -and $weir.IsDetached) -or ($status -ge 500 -and $status -ne 501)
}

function ClaimOnce {
  $issued = Ask "$($weir.Url)/v1/enrolment/nonce" @{} @{} $true
  if ($issued.Status -ne 200) { return $issued }
  $nonce = [string] (ConvertFrom-Json $issued.Text).nonce
  $address = "http://169.254.169.254/metadata/attested/document?api-version=2025-04-07&nonce=$([Uri]::EscapeDataString($nonce))"
  $attested = Ask $address $null @{ Metadata = 'true' } $false
  if ($attested.Status -ne 200) { throw "the metadata service answered $($attested.Status)" }
  $document = ConvertFrom-Json $attested.Text
  $body = @{
    document = @{ encoding = [string] $document.encoding; signature = [string] $document.signature }
    nonce = $nonce
    osDescription = OsDescription
    reported = @{
      forbiddenVariables = [string[]] $weir.Forbidden
      workFolderVariable = $(if ($weir.HasWork) { FirstOf $weir.Work 400 } else { $null })
    }
  }
  if ($env:COMPUTERNAME -match '^[A-Za-z0-9-]{1,63}\z') { $body.computerName = $env:COMPUTERNAME }
  return Ask "$($weir.Url)/v1/enrolment/claims" $body @{} $true
}

function OsDescription {
  $system = Get-CimInstance -ClassName Win32_OperatingSystem
  return FirstOf "$($system.Caption) $($system.Version)" 256
}

# Null where the claim has to wait for the end of a reimage, which happens outside the extension.
function ClaimWithPatience {
  $until = [DateTime]::UtcNow.AddSeconds(1200)
  for ($attempt = 1; ; $attempt++) {
    # A detached run follows a claim that was answered a moment ago.
    if ($weir.IsDetached -or $attempt -gt 1) { Start-Sleep -Seconds 10 }
    $answer = $null
    $words = ''
    try { $answer = ClaimOnce } catch { $words = $_.Exception.Message }
    if ($null -ne $answer) {
      if ($answer.Status -eq 200) { return $answer.Text }
      if ($answer.Status -eq 425 -and -not $weir.IsDetached) { return $null }
      $words = WordsOf $answer
      if (-not (IsPassing $answer.Status)) { Fail $words }
    }
    $isOver = $(if ($weir.IsDetached) { [DateTime]::UtcNow -ge $until } else { $attempt -ge 12 })
    if ($isOver) { Fail $words }
  }
}

function DownloadOnce([string] $file) {
  $response = AnswerOf (NewRequest $WeirPackageUrl $true)
  try {
    if ([int] $response.StatusCode -ne 200) { throw "$WeirPackageUrl answered $([int] $response.StatusCode)" }
    $target = [IO.File]::Create($file)
    try { $response.GetResponseStream().CopyTo($target) } finally { $target.Dispose() }
  } finally { $response.Close() }
}
