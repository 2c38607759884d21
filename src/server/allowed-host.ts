import { isIP } from 'node:net';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Whether only programs of this machine can reach a server bound to this address. */
export function isLoopback(host: string): boolean {
  return loopback.has(host);
}

/**
 * Whether a request's `Host` is a name of ours. A page elsewhere can point a name of its own at 127.0.0.1 and read what we
 * answer (DNS rebinding); its browser still sends that name. The port may be another, as with `ssh -L 8000:localhost:4747`.
 * @param bound the address the server is bound to; for a wildcard, any address of ours, which is no name, and `machine`
 */
export function isAllowedHost(header: string | undefined, { bound, machine }: { readonly bound: string; readonly machine: string }): boolean {
  const name = hostNameOf(header ?? '');
  if (name === undefined) return false;
  if (loopback.has(name) || name === bound.toLowerCase()) return true;
  return wildcards.has(bound) && (isIP(name) !== 0 || name === machine.toLowerCase());
}

/** `[::1]:4747` -> `::1`; undefined for what is no host. */
function hostNameOf(header: string): string | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (found?.[1] ?? found?.[2])?.toLowerCase();
}
