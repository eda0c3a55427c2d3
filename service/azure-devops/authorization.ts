// The Authorization header of the service's own identity: an Entra token, or a personal access token where there is none.

/** The scope of Azure DevOps at Entra. */
const azureDevOpsScope = '499b84ac-1321-427f-aa17-267ca6975798/.default';

export function entraAuthorization(token: (scope: string) => Promise<string>): () => Promise<string> {
  return async () => `Bearer ${await token(azureDevOpsScope)}`;
}

/** The user name before the colon is empty: Azure DevOps reads the token alone. */
export function personalAccessToken(token: string): () => Promise<string> {
  const header = `Basic ${Buffer.from(`:${token}`, 'utf8').toString('base64')}`;
  return () => Promise.resolve(header);
}
