// Secrets in plain text are found by what they look like, and are never repeated.
import { expect, it } from '@jest/globals';
import { secretsIn } from '../../../service/domain/set-secrets.ts';

it.each([
  ['https://s.blob.core.windows.net/c/x.sh?sv=2022&sig=abcdefghijklmnop%2B1234%3D', 'a shared access signature'],
  ['DefaultEndpointsProtocol=https;AccountName=x;AccountKey=abcdefghijklmnop1234==', 'the key of a storage account'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE', 'a private key'],
  [`run ${'a2'.repeat(26)} now`, 'a personal access token'],
  [`ghp_${'a1B2'.repeat(9)}`, 'a token of GitHub'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xxx.sig', 'a signed token'],
])('%s is %s', (text, what) => {
  const found = secretsIn({ commandToExecute: [text] }, 'settings');
  expect(found).toEqual([{ path: 'settings.commandToExecute[0]', what, isCertain: true }]);
  expect(JSON.stringify(found)).not.toContain(text.slice(0, 24));
});

it.each([
  [{ adminPassword: 'hunter22' }, ['something called adminPassword']],
  [{ commandToExecute: './join.sh --password hunter22' }, ['a password']],
  [{ commandToExecute: 'TOKEN=abcdef123 ./x' }, ['a token']],
  [{ commandToExecute: './join.sh --password $PASSWORD' }, []],
  [{ fileUris: ['https://example.com/setup.sh'], commandToExecute: 'bash setup.sh' }, []],
  [{ enableScriptParameters: `--weir-package-sha256 ${'0a'.repeat(32)}` }, []],
  [{ tokenUrl: 'https://login.example.com/token' }, []],
])('%j is a suspicion of %j', (settings, whats) => {
  const found = secretsIn(settings, 'settings');
  expect(found.map((one) => one.what)).toEqual(whats);
  expect(found.every((one) => !one.isCertain)).toBe(true);
});
