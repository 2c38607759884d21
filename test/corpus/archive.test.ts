import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { tarFiles, zipFiles, type ArchiveFile, type ArchiveOptions } from '../../src/corpus/archive.js';

interface Entry { readonly path: string; readonly text?: string; readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory' | 'CharacterDevice' | 'BlockDevice' | 'FIFO'; readonly size?: number; readonly linkpath?: string }

/** A tar archive written byte by byte, so that it can hold what no packer would write. */
function tarOf(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.flatMap(({ path, text = '', type = 'File', linkpath, size }) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    new Header({ path, type, size: size ?? body.length, mode: 0o644, mtime: new Date(0), ...(linkpath === undefined ? {} : { linkpath }) }).encode(header, 0);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  }), Buffer.alloc(1_024)]);
}

async function* chunksOf(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const options: ArchiveOptions = { wanted: () => true, maxFileBytes: 10_000 };

async function untar(bytes: Uint8Array, changed: Partial<ArchiveOptions> = {}): Promise<string[]> {
  const files: string[] = [];
  for await (const file of tarFiles(chunksOf(bytes), 'the archive', { ...options, ...changed })) files.push(summary(file));
  return files;
}

function unzip(files: Record<string, Uint8Array>, changed: Partial<ArchiveOptions> = {}, damage: (zip: Uint8Array) => void = () => undefined): string[] {
  const zip = zipSync(files);
  damage(zip);
  return [...zipFiles(zip, 'the archive', { ...options, ...changed })].map(summary);
}

function summary(file: ArchiveFile): string {
  return file.kind === 'file' ? `${file.path}: ${Buffer.from(file.bytes).toString()}` : `${file.path} too large: ${file.size}`;
}

describe('tar archives', () => {
  it.each([['plain', (bytes: Buffer) => bytes], ['gzip', gzipSync]])('give their wanted files in order, %s', async (_, pack) => {
    const archive = pack(tarOf([{ path: './b/1.php', text: 'one' }, { path: 'a.txt', text: 'no' }, { path: 'a/2.php', text: 'x'.repeat(2_000) }]));
    expect(await untar(archive, { wanted: (path) => path.endsWith('.php') })).toEqual(['b/1.php: one', `a/2.php: ${'x'.repeat(2_000)}`]);
  });

  it('report files above the limit without reading them', async () => {
    expect(await untar(tarOf([{ path: 'big', text: 'x'.repeat(20_000) }, { path: 'small', text: 'y' }]))).toEqual(['big too large: 20000', 'small: y']);
  });

  it.each([['/etc/passwd', 'absolute'], ['C:\\x', 'absolute'], ['a/../../b', 'climbs out']])('are refused for the path %s', async (path, why) => {
    await expect(untar(tarOf([{ path: 'ok', text: '1' }, { path, text: 'x' }]))).rejects.toThrow(why);
    await expect(untar(gzipSync(tarOf([{ path, text: 'x' }])), { wanted: () => false })).rejects.toThrow(why);
  });

  it('never follow links: what stays inside is there by its own name', async () => {
    const links = tarOf([
      { path: 'd/file', text: 'plain' }, { path: 'd/soft', type: 'SymbolicLink', linkpath: '../d/file' }, { path: 'hard', type: 'Link', linkpath: 'd/file' },
      { path: 'not-wanted', type: 'SymbolicLink', linkpath: '/etc/alternatives/x' },
    ]);
    expect(await untar(links, { wanted: (path) => path !== 'not-wanted' })).toEqual(['d/file: plain']);
  });

  it.each<[string, Entry, string]>([
    ['an absolute symbolic link', { path: 'd/a', type: 'SymbolicLink', linkpath: '/etc/passwd' }, '"d/a" is a link that leads out, to "/etc/passwd"'],
    ['a symbolic link that climbs', { path: 'd/a', type: 'SymbolicLink', linkpath: '../../secret' }, '"d/a" is a link that leads out, to "../../secret"'],
    ['a hard link that climbs', { path: 'd/a', type: 'Link', linkpath: '../secret' }, '"d/a" is a link that leads out, to "../secret"'],
    ['a character device', { path: 'dev/null', type: 'CharacterDevice' }, '"dev/null" is a device or pipe'],
    ['a block device', { path: 'dev/sda', type: 'BlockDevice' }, '"dev/sda" is a device or pipe'],
    ['a named pipe', { path: 'pipe', type: 'FIFO' }, '"pipe" is a device or pipe'],
    ['a file twice', { path: 'ok', text: '2' }, 'it has "ok" twice'],
    ['names that differ in case', { path: 'OK', text: '2' }, '"ok" and "OK" are one name on some file systems'],
  ])('are refused with %s', async (_, entry, problem) => {
    await expect(untar(tarOf([{ path: 'ok', text: '1' }, entry]))).rejects.toThrow(`the archive is refused: ${problem}`);
  });

  it('are refused when a name is given in two normal forms', async () => {
    await expect(untar(tarOf([{ path: 'caf\u00e9', text: '1' }, { path: 'cafe\u0301', text: '2' }]))).rejects.toThrow('are one name on some file systems');
  });

  it('believe no size that a header claims', async () => {
    const huge = { path: 'huge', text: 'x', size: 2 ** 40 };
    await expect(untar(tarOf([huge]))).rejects.toThrow('the archive is refused: it unpacks to more than the limit');
    await expect(untar(tarOf([{ ...huge, size: 5_000 }]))).rejects.toThrow('the archive is damaged');
  });

  it('stop when they unpack to more than the limit', async () => {
    const archive = gzipSync(tarOf(Array.from({ length: 20 }, (_, index) => ({ path: `zeros-${index}`, text: '0'.repeat(9_000) }))));
    await expect(untar(archive, { maxTotalBytes: 100_000 })).rejects.toThrow('more than the limit');
  });

  it('are refused when they are cut off or not archives', async () => {
    const archive = gzipSync(tarOf([{ path: 'a', text: 'x'.repeat(5_000) }]));
    await expect(untar(archive.subarray(0, archive.length - 20))).rejects.toThrow('damaged');
    await expect(untar(Buffer.from('this is no archive'.repeat(100)))).rejects.toThrow('damaged');
  });
});

describe('zip archives', () => {
  it('give their wanted files', () => {
    const files = { 'a.py': Buffer.from('one'), 'b.txt': Buffer.from('two'), 'c/d.py': Buffer.from('three') };
    expect(unzip(files, { wanted: (path) => path.endsWith('.py') })).toEqual(['a.py: one', 'c/d.py: three']);
  });

  it('do not inflate a file above the limit', () => {
    expect(unzip({ bomb: new Uint8Array(5_000_000) })).toEqual(['bomb too large: 5000000']);
  });

  it('stop when they inflate to more than the limit in all', () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`zeros-${index}`, new Uint8Array(9_000)]));
    expect(() => unzip(files, { maxTotalBytes: 100_000 })).toThrow('more than the limit');
  });

  it('inflate a file to no more than its entry says, even if that lies', () => {
    const [file] = unzip({ bomb: new Uint8Array(500_000).fill(65) }, {}, (zip) => {
      // Uncompressed size in the central directory: 24 bytes after its signature.
      const directory = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
      directory.writeUInt32LE(100, directory.lastIndexOf(Buffer.from('504b0102', 'hex')) + 24);
    });
    expect(file?.length).toBeLessThanOrEqual('bomb: '.length + 100);
  });

  it('are refused with names that differ in case', () => {
    const files = { 'README': Buffer.from('1'), 'readme': Buffer.from('2') };
    expect(() => unzip(files)).toThrow('"README" and "readme" are one name on some file systems');
    expect(unzip(files, { wanted: (path) => path === 'README' })).toEqual(['README: 1']);
  });

  it.each([['../up', 'climbs out'], ['/etc/passwd', 'absolute']])('are refused for the path %s', (path, why) => {
    expect(() => unzip({ [path]: Buffer.from('x') })).toThrow(why);
  });

  it('are refused when they are not archives', () => {
    expect(() => [...zipFiles(Buffer.from('no zip'), 'the archive', options)]).toThrow('the archive is damaged');
  });
});
