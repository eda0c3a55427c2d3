// Which addresses of a service the hub will send a person's token to.

export type AddressCheck = { readonly url: string } | { readonly fault: string };

/** Only https, or plain http on the machine of the browser itself: anything else would show the token to the network. */
export function checkAddress(typed: string): AddressCheck {
  const url = parse(typed.trim());
  if (url === null) return { fault: 'This is not an address. It looks like https://weir.example.com.' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { fault: 'The address must start with https://, because your access token is sent to it.' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'The address must start with https://.' };
  if (url.username !== '' || url.password !== '')
    return { fault: 'The address must not contain a user name or password.' };
  return { url: (url.origin + url.pathname).replace(/\/+$/, '') };
}

function parse(typed: string): URL | null {
  return URL.canParse(typed) ? new URL(typed) : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
