// Which request means which operation, and the refusals that come before any of them.
import { describe, expect, it } from '@jest/globals';
import { createBody, errorOf, group, origin, setPath, settledSet, testCloud } from './cloud.ts';

describe('a request to the emulated resource manager', () => {
  it('is refused with 401 and a challenge when it has no Authorization header', () => {
    const { azure } = testCloud();
    const answer = azure.handle({ method: 'GET', url: `${origin}/subscriptions?api-version=2022-12-01`, headers: {} });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'AuthenticationFailed' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer authorization_uri="https:\/\/azure\.test\//);
  });

  it('is refused with 400 when it names no api-version, and any version is accepted', () => {
    const cloud = testCloud();
    const without = cloud.azure.handle({
      method: 'GET',
      url: `${origin}${group}`,
      headers: { authorization: 'Bearer x' },
    });
    expect([without.status, JSON.parse(without.body)]).toMatchObject([
      400,
      { error: { code: 'MissingApiVersionParameter' } },
    ]);
    for (const version of ['2019-03-01', '2026-04-01', '2099-01-01-preview']) {
      expect(cloud.call('GET', `${group}?api-version=${version}`).status).toBe(200);
    }
  });

  it('finds its route whatever the case of the path', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    for (const path of [
      setPath.toLowerCase(),
      setPath.toUpperCase(),
      `${setPath}/virtualmachines/0`,
      `${setPath}/VIRTUALMACHINES/0/instanceview`,
    ]) {
      expect([path, cloud.call('GET', path).status]).toEqual([path, 200]);
    }
  });

  it('reads $expand plain and percent-encoded', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    for (const name of ['$expand', '%24expand']) {
      expect(cloud.call('GET', `${setPath}/virtualMachines?${name}=instanceView`).text).toContain('PowerState/running');
    }
    expect(cloud.call('GET', `${setPath}/virtualMachines`).text).not.toContain('PowerState');
  });

  it.each([
    ['POST', `${setPath}/virtualMachines/0/runCommand`, 'virtualMachineScaleSetVMs.runCommand'],
    ['GET', `${setPath}/rollingUpgrades/latest`, 'virtualMachineScaleSetRollingUpgrades.getLatest'],
    ['GET', `${group}/providers/Microsoft.Network/virtualNetworks/net`, 'GET Microsoft.Network/virtualNetworks'],
    ['PUT', `${group}/providers/Microsoft.Compute/disks/d`, 'PUT Microsoft.Compute/disks'],
  ])('that is not built answers 501 with its name: %s %s', (method, path, name) => {
    const answer = testCloud().call(method, path, {});
    expect([answer.status, errorOf(answer)]).toMatchObject([501, { code: 'NotImplemented', target: name }]);
  });

  it.each([
    [
      'an unknown subscription',
      '/subscriptions/11111111-0000-0000-0000-000000000000/resourceGroups/agents',
      'SubscriptionNotFound',
    ],
    ['an unknown resource group', group.replace('agents', 'nobody'), 'ResourceGroupNotFound'],
    ['an unknown scale set', setPath, 'ResourceNotFound'],
    ['an unknown scale set in an unknown group', setPath.replace('agents', 'nobody'), 'ResourceGroupNotFound'],
    ['instances of an unknown scale set', `${setPath}/virtualMachines`, 'ParentResourceNotFound'],
  ])('for %s is 404', (_what, path, code) => {
    const answer = testCloud().call('GET', path);
    expect([answer.status, errorOf(answer).code]).toEqual([404, code]);
  });

  it('with a body that is no JSON object is refused as Azure refuses it', () => {
    const cloud = testCloud();
    for (const body of ['{"location": ', '[]', '"text"']) {
      const answer = cloud.call('PUT', setPath, body);
      expect([answer.status, errorOf(answer).code]).toEqual([400, 'InvalidRequestContent']);
    }
  });

  it('with a stray percent sign is refused, not guessed at', () => {
    expect(testCloud().call('GET', `${setPath}/virtualMachines/%zz`).status).toBe(400);
  });

  it('carries keys like __proto__ as data', () => {
    const cloud = testCloud();
    cloud.call(
      'PUT',
      setPath,
      JSON.stringify(createBody()).replace('"orchestrationMode"', '"__proto__":{"polluted":true},"orchestrationMode"'),
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(cloud.call('GET', setPath).text).toContain('"__proto__":{"polluted":true}');
  });

  it('can be answered by somebody else first: the place where throttling will stand', () => {
    const asked: string[] = [];
    const cloud = testCloud({
      admit: (operation, resource) => {
        asked.push(`${operation} ${resource.split('/').at(-1) ?? ''}`);
        return operation === 'virtualMachineScaleSets.get'
          ? { status: 429, headers: { 'retry-after': '7' }, body: '' }
          : null;
      },
    });
    expect(cloud.call('GET', setPath)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(asked.at(-1)).toBe('virtualMachineScaleSets.get pool');
  });
});
