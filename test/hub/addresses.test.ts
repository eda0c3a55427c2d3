// Addresses: those inside the hub, and the one to which a token is sent.
import { describe, expect, it } from '@jest/globals';
import { readRoute, writeRoute } from '../../hub/route.ts';
import { checkAddress } from '../../hub/service-address.ts';

describe('routes', () => {
  it.each(['', '#', '#/pools', '/pools/', 'nonsense', '/settings/linux'])('%j leads to all pools', (hash) => {
    expect(readRoute(hash)).toEqual({ page: 'pools' });
  });

  it.each(['linux', 'a/b c', 'ümläut', '100%', '<b>', '..', '#x?y=1'])(
    'the pool %j survives being linked to',
    (pool) => {
      expect(readRoute(`#${writeRoute({ page: 'pool', pool })}`)).toEqual({ page: 'pool', pool });
    },
  );

  it.each([
    [{ page: 'pool', pool: 'a/b', item: '7d' }, '/pools/a%2Fb/overview/7d'],
    [{ page: 'pool', pool: 'linux', tab: 'jobs', item: '120' }, '/pools/linux/jobs/120'],
    [{ page: 'pool', pool: 'linux', tab: 'nodes' }, '/pools/linux/nodes'],
  ] as const)('%j is the link %s', (route, hash) => {
    expect(writeRoute(route)).toBe(hash);
    expect(readRoute(hash)).toEqual(route);
  });

  it('takes a link that was typed by hand as it stands', () => {
    expect(readRoute('/pools/100%')).toEqual({ page: 'pool', pool: '100%' });
  });
});

describe('the address of the service', () => {
  it.each([
    ['https://weir.example.com', 'https://weir.example.com'],
    [' https://weir.example.com/ ', 'https://weir.example.com'],
    ['https://example.com/weir/?x=1#y', 'https://example.com/weir'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%j is taken as %j', (typed, url) => {
    expect(checkAddress(typed)).toEqual({ url });
  });

  it.each([
    '',
    'weir',
    'http://weir.example.com',
    'http://127.0.0.1.example.com',
    'ftp://weir.example.com',
    'javascript:alert(1)',
    'https://a:b@weir.example.com',
  ])('a token is never sent to %j', (typed) => {
    expect(checkAddress(typed)).toHaveProperty('fault');
  });
});
