import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeChain } from './chain.js';
import { Rig, type Started } from './rig.js';

describe('pipelines serve', () => {
  let rig: Rig;
  let taken: Server;
  let port: string;
  const started: Started[] = [];

  beforeAll(async () => {
    rig = await Rig.create();
    await writeChain(rig);
    await rig.run('chain.yaml');
    taken = createServer();
    await new Promise<void>((resolve) => { taken.listen(0, '127.0.0.1', resolve); });
    port = String((taken.address() as AddressInfo).port);
  });
  afterAll(async () => {
    for (const server of started) server.kill('SIGKILL');
    await Promise.all(started.map(({ ended }) => ended));
    taken.close();
    await rig.remove();
  });

  async function serve(...args: readonly string[]): Promise<{ readonly url: string; readonly server: Started }> {
    const server = rig.start(['serve', '--port', '0', ...args]);
    started.push(server);
    return { url: await server.says(/http:\/\/\S+/), server };
  }

  it('says where it is, serves the page that the build made, and ends well at Ctrl-C', async () => {
    const { url, server } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(url);
    expect(await page.text()).toContain('<script type="module" src="/page.js">');
    for (const file of ['page.js', 'page.css', 'icon.svg']) expect((await fetch(`${url}${file}`)).status).toBe(200);
    server.kill('SIGINT');
    expect((await server.ended).exitCode).toBe(0);
  });

  it('ends at Ctrl-C although somebody looks at a run that goes on', async () => {
    const { url, server } = await serve();
    const watching = await fetch(`${url}api/runs/watch`);
    server.kill('SIGINT');
    expect((await server.ended).exitCode).toBe(0);
    await watching.text().catch(() => undefined);
  });

  it('begins with the run that is asked for', async () => {
    const { url } = await serve('--run', 'latest');
    expect(url).toMatch(/#\/chain\/[0-9A-Z]{26}\/overview$/);
  });

  it('shows the runs of the pipeline that is named', async () => {
    await rig.write('other.yaml', (await rig.read('chain.yaml')).replace('name: chain', 'name: other'));
    const { url } = await serve('other.yaml');
    expect(await (await fetch(`${url}api/runs`)).json()).toEqual({ runs: [] });
  });

  it('warns when others can reach it', async () => {
    const { server } = await serve('--host', '0.0.0.0');
    server.kill('SIGINT');
    expect((await server.ended).stderr).toContain('whoever reaches 0.0.0.0 can read every run');
  });

  it.each([
    ['a run that is not there', ['--run', 'nonsense'], /there is no run nonsense\nhint: /],
    ['a file that is not there', ['chian.yaml'], /there is no pipeline file chian\.yaml\nhint: did you mean chain\.yaml/],
    ['a port that is none', ['--port', '99999'], /It must be a port/],
    ['an address that is not ours', ['--host', '192.0.2.1', '--port', '0'], /cannot listen on 192\.0\.2\.1.*\nhint: choose another/],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stderr } = await rig.pipelines(['serve', ...args]);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('refuses a port that is taken when it was asked for', async () => {
    const { exitCode, stderr } = await rig.pipelines(['serve', '--port', port]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`cannot listen on 127.0.0.1, port ${port}`)]);
  });
});
