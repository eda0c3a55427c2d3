// Discovery, tokens and the list of endpoints: what clients ask before they come to the resource manager.
import { describe, expect, it } from '@jest/globals';
import { sandboxTenant } from '../../../sandbox/azure/emulator.ts';
import { createBody, errorOf, origin, setPath, testCloud } from './cloud.ts';
import type { TestCloud } from './cloud.ts';

const tenant = '11111111-2222-3333-4444-555555555555';

function form(
  cloud: TestCloud,
  path: string,
  fields: Record<string, string>,
): { status: number; body: Record<string, unknown> } {
  const answer = cloud.azure.handle({
    method: 'POST',
    url: `${origin}${path}`,
    headers: {},
    body: new URLSearchParams(fields).toString(),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const secret = {
  grant_type: 'client_credentials',
  client_id: 'weir',
  client_secret: 's',
  scope: 'https://management.azure.com/.default',
};

describe('signing in', () => {
  it.each([
    [
      `/${tenant}/v2.0/.well-known/openid-configuration`,
      `${origin}/${tenant}/v2.0`,
      `${origin}/${tenant}/oauth2/v2.0/token`,
    ],
    ['/adfs/.well-known/openid-configuration', `${origin}/adfs`, `${origin}/adfs/oauth2/token`],
    [
      '/common/v2.0/.well-known/openid-configuration',
      `${origin}/${sandboxTenant}/v2.0`,
      `${origin}/common/oauth2/v2.0/token`,
    ],
  ])('starts at the discovery document %s, whose token endpoint answers', (path, issuer, endpoint) => {
    const cloud = testCloud();
    const document = cloud.azure.handle({ method: 'GET', url: `${origin}${path}`, headers: {} });
    expect(JSON.parse(document.body)).toMatchObject({ issuer, token_endpoint: endpoint });
    expect(form(cloud, endpoint.slice(origin.length), secret)).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600 },
    });
  });

  it('answers instance discovery with the host that was asked', () => {
    const url = `${origin}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(`${origin}/${tenant}/oauth2/v2.0/authorize`)}`;
    expect(JSON.parse(testCloud().azure.handle({ method: 'GET', url, headers: {} }).body)).toMatchObject({
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      metadata: [{ aliases: ['azure.test'] }],
    });
  });

  it('works with a secret, a client assertion, basic credentials and the older resource form', () => {
    const cloud = testCloud();
    const path = `/${tenant}/oauth2/v2.0/token`;
    expect(form(cloud, path, secret).status).toBe(200);
    expect(
      form(cloud, path, {
        ...secret,
        client_secret: '',
        client_assertion: 'a.b.c',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }).status,
    ).toBe(200);
    expect(
      form(cloud, `/${tenant}/oauth2/token`, {
        grant_type: 'client_credentials',
        client_id: 'weir',
        client_secret: 's',
        resource: 'https://management.azure.com/',
      }).body,
    ).toMatchObject({
      expires_in: '3600',
      resource: 'https://management.azure.com/',
    });
    const basic = cloud.azure.handle({
      method: 'POST',
      url: `${origin}${path}`,
      headers: { authorization: `Basic ${Buffer.from('weir:s').toString('base64')}` },
      body: 'grant_type=client_credentials&scope=x%2F.default',
    });
    expect(basic.status).toBe(200);
  });

  it.each([
    [{ ...secret, grant_type: '' }, 400, 'invalid_request', 900144],
    [{ ...secret, grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    [{ ...secret, client_id: '' }, 400, 'invalid_request', 900144],
    [{ ...secret, client_secret: '' }, 401, 'invalid_client', 7000218],
    [{ ...secret, client_secret: '', client_assertion: 'garbage' }, 401, 'invalid_client', 50027],
    [{ ...secret, scope: '' }, 400, 'invalid_request', 900144],
  ])('is refused in the words of Entra: %j', (fields, status, error, number) => {
    const answer = form(testCloud(), `/${tenant}/oauth2/v2.0/token`, fields);
    expect(answer).toMatchObject({ status, body: { error, error_codes: [number] } });
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${number}: `));
  });

  it('gives a token whose claims name tenant and client, and whose client stands in the events', () => {
    const cloud = testCloud();
    const token = String(form(cloud, `/${tenant}/oauth2/v2.0/token`, secret).body.access_token);
    expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'))).toMatchObject({
      tid: tenant,
      appid: 'weir',
      aud: 'https://management.azure.com',
    });
    cloud.call('PUT', setPath, createBody({ capacity: 1 }), { authorization: `Bearer ${token}` });
    expect(cloud.events.map((event) => [event.kind, event.by])).toEqual([
      ['scaleSetCreated', 'weir'],
      ['capacitySet', 'weir'],
      ['instanceCreated', 'weir'],
    ]);
  });

  it('accepts any bearer unless tokens are strict, and then only its own', () => {
    const [loose, strict] = [testCloud(), testCloud({ strictTokens: true })];
    const path = '/subscriptions?api-version=2022-12-01';
    expect(loose.call('GET', path, undefined, { authorization: 'Bearer x' }).status).toBe(200);
    const refused = strict.call('GET', path, undefined, { authorization: 'Bearer x' });
    expect([refused.status, errorOf(refused).code]).toEqual([401, 'InvalidAuthenticationToken']);
    const own = strict.azure.tokenFor('person');
    expect(strict.call('GET', path, undefined, { authorization: `Bearer ${own}` }).status).toBe(200);
    const forged = `${own.split('.')[0]!}.${Buffer.from('{"appid":"somebody"}').toString('base64url')}.${own.split('.')[2]!}`;
    expect(strict.call('GET', path, undefined, { authorization: `Bearer ${forged}` }).status).toBe(401);
  });

  it.each([
    ['2015-01-01', { authentication: { audiences: [origin] }, galleryEndpoint: `${origin}/` }],
    ['2019-05-01', [{ resourceManager: `${origin}/`, authentication: { loginEndpoint: origin } }]],
    ['2022-09-01', { resourceManager: `${origin}/`, authentication: { loginEndpoint: origin } }],
  ])('lists the endpoints of this cloud in the form of %s', (version, shape) => {
    const answer = testCloud().azure.handle({
      method: 'GET',
      url: `${origin}/metadata/endpoints?api-version=${version}`,
      headers: {},
    });
    expect(JSON.parse(answer.body)).toMatchObject(shape);
  });
});
