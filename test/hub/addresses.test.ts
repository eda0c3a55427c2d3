// Addresses: those inside the hub, and the one to which a token is sent.
import { describe, expect, it } from '@jest/globals';
import { readFilters, writeFilters } from '../../hub/pool/filters.ts';
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
    [{ page: 'pool', pool: 'linux', tab: 'nodes', filters: 'text=a%3Fb' }, '/pools/linux/nodes?text=a%3Fb'],
    [
      { page: 'pool', pool: 'a?b', tab: 'jobs', item: '120', filters: 'state=queued' },
      '/pools/a%3Fb/jobs/120?state=queued',
    ],
  ] as const)('%j is the link %s', (route, hash) => {
    expect(writeRoute(route)).toBe(hash);
    expect(readRoute(hash)).toEqual(route);
  });

  it('keeps what all pools are filtered by', () => {
    expect(readRoute('#/pools?state=healthy')).toEqual({ page: 'pools', filters: 'state=healthy' });
    expect(writeRoute({ page: 'pools', filters: 'state=healthy' })).toBe('/pools?state=healthy');
  });

  it('takes a link that was typed by hand as it stands', () => {
    expect(readRoute('/pools/100%')).toEqual({ page: 'pool', pool: '100%' });
    // Only a tab has filters.
    expect(readRoute('/pools/linux?state=queued')).toEqual({ page: 'pool', pool: 'linux' });
  });
});

describe('the filters of a tab', () => {
  const kinds = {
    state: { word: 'state', isKnown: (value: string) => value === 'queued' },
    text: { word: 'node', isKnown: (value: string) => value.length < 9 },
  };

  it.each([
    [{ state: '', text: '' }, ''],
    [{ state: 'queued', text: '' }, 'state=queued'],
    [{ state: 'queued', text: '&=#/%+ ü' }, 'state=queued&text=%26%3D%23%2F%25%2B+%C3%BC'],
  ])('%j stand in a link as %j', (values, written) => {
    expect(writeFilters(values)).toBe(written);
    expect(readFilters(written, kinds)).toEqual({ values, fault: null });
    // No part of a route ends in them.
    expect(readRoute(`/pools/linux/jobs?${written}x=`)).toMatchObject({ filters: `${written}x=` });
  });

  it('make no other link for spaces that filter nothing', () => {
    expect(writeFilters({ state: '', text: ' a ' })).toBe('text=a');
    expect(writeFilters({ state: '', text: '  ' })).toBe('');
  });

  it.each([
    ['state=blue&text=a', { state: '', text: 'a' }, 'which state to show. You see every state'],
    ['state=queued&state=queued', { state: '', text: '' }, 'which state to show. You see every state'],
    ['state=queued&text=much+too+long', { state: 'queued', text: '' }, 'which node to show. You see every node'],
    ['state=queued&color=red', { state: 'queued', text: '' }, 'a filter that this page does not have'],
    ['constructor=x', { state: '', text: '' }, 'a filter that this page does not have'],
    ['%', { state: '', text: '' }, 'a filter that this page does not have'],
  ])('a link that says %s shows what is clear of it, and says what is not', (written, values, words) => {
    const read = readFilters(written, kinds);
    expect(read.values).toEqual(values);
    expect(read.fault).toContain(words);
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
