// `weir sandbox`: only the two emulators, on loopback, for clients of one's own.
import type { Verb } from './verb.ts';

export const sandboxVerb: Verb = {
  name: 'sandbox',
  summary: 'only the two emulators, on loopback',
  usage: '',
  positionals: { min: 0, max: 0 },
  options: {
    port: { type: 'text', value: 'N', summary: 'http port (any free one)' },
    'https-port': { type: 'text', value: 'N', summary: 'https port (any free one)' },
    cert: { type: 'text', value: 'FILE', summary: 'PEM certificate of the https port (one is made)' },
    key: { type: 'text', value: 'FILE', summary: 'its PEM key' },
    speed: { type: 'text', value: 'X', summary: 'how many times faster than the wall time runs (1)' },
    state: { type: 'text', value: 'FILE', summary: 'begin with what this file holds, and keep it there at the end' },
    'strict-tokens': { type: 'boolean', summary: 'take only tokens that the emulators gave' },
  },
  details:
    'Prints one JSON line when both ports listen, and runs until Ctrl-C. Every port answers for both clouds: the organisation\nis fabrikam, the subscription 00000000-0000-0000-0000-000000000001. Any bearer token is taken unless --strict-tokens.\n\nExample: weir sandbox --port 9000 --speed 10\n         curl -H "Authorization: Bearer any" "http://127.0.0.1:9000/fabrikam/_apis/distributedtask/pools?api-version=7.1"',
  run: async (args, io) => (await import('./run-sandbox.ts')).runSandbox(args, io),
};
