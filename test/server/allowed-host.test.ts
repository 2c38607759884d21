import { describe, expect, it } from 'vitest';
import { isAllowedHost, isLoopback } from '../../src/server/allowed-host.js';

describe('allowed-host', () => {
  const local = { bound: '127.0.0.1', machine: 'workstation' };

  it.each(['127.0.0.1:4747', 'localhost:4747', 'LOCALHOST', '[::1]:4747', 'localhost:8000'])('answers %s, whatever port a tunnel gave it', (host) => {
    expect(isAllowedHost(host, local)).toBe(true);
  });

  it.each(['evil.example', 'evil.example:4747', '127.0.0.1.evil.example:4747', 'localhost.evil.example', 'workstation:4747', '10.0.0.7', '', 'localhost:4747, evil.example', 'localhost@evil.example', '[::1].evil.example'])(
    'does not answer %j, a name that a page elsewhere may have pointed here', (host) => {
      expect(isAllowedHost(host, local)).toBe(false);
    });

  it('does not answer a request without a host', () => {
    expect(isAllowedHost(undefined, local)).toBe(false);
  });

  it('answers the address it is bound to, and no other', () => {
    const bound = { bound: '10.0.0.7', machine: 'workstation' };
    expect(isAllowedHost('10.0.0.7:4747', bound)).toBe(true);
    expect(isAllowedHost('10.0.0.8:4747', bound)).toBe(false);
  });

  it.each(['0.0.0.0', '::'])('answers any address and its own name when bound to %s, but still no other name', (bound) => {
    for (const host of ['10.0.0.7:4747', '[fe80::1]:4747', 'workstation:4747']) expect(isAllowedHost(host, { bound, machine: 'Workstation' })).toBe(true);
    expect(isAllowedHost('evil.example', { bound, machine: 'Workstation' })).toBe(false);
  });

  it('knows which addresses only this machine reaches', () => {
    expect(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '10.0.0.7'].filter(isLoopback)).toEqual(['127.0.0.1', '::1', 'localhost']);
  });
});
