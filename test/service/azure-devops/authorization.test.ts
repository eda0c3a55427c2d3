// The two headers with which the service speaks for itself.
import { expect, it } from '@jest/globals';
import { entraAuthorization, personalAccessToken } from '../../../service/azure-devops/authorization.ts';

it('sends an Entra token as a bearer, asked for in the scope of Azure DevOps', async () => {
  const asked: string[] = [];
  const authorization = entraAuthorization((scope) => (asked.push(scope), Promise.resolve('t')));
  await expect(authorization()).resolves.toBe('Bearer t');
  expect(asked).toEqual(['499b84ac-1321-427f-aa17-267ca6975798/.default']);
});

it('sends a personal access token as a password without a user', async () => {
  const header = await personalAccessToken('pät')();
  expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString('utf8')).toBe(':pät');
});
