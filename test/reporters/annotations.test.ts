import { describe, expect, it } from 'vitest';
import { annotation, eventAnnotation, fileInRepository } from '../../src/reporters/annotations.js';
import { plainReporter } from '../../src/reporters/plain.js';
import { at, failed, recorder, runStarted, started } from './events.js';

const place = { file: 'pipelines/words.yaml', position: { line: 7, column: 3 } };

describe('annotations for GitHub Actions', () => {
  it('name the place, and escape what would end them', () => {
    expect(annotation('error', 'count(a=1,b=2): failed', '100% wrong\nin two lines', place))
      .toBe('::error file=pipelines/words.yaml,line=7,col=3,title=count(a=1%2Cb=2)%3A failed::100%25 wrong%0Ain two lines');
  });

  it('are made of failures and of what is odd, and of nothing else', () => {
    expect(eventAnnotation(failed('count', 1, { message: 'exit code 3', hint: 'is the file there?' }), () => place)).toBe('::error file=pipelines/words.yaml,line=7,col=3,title=count failed::exit code 3%0Ais the file there?');
    expect(eventAnnotation(at(0, { kind: 'warning', message: 'the disk is nearly full' }), () => place)).toBe('::warning title=pipelines::the disk is nearly full');
    expect(eventAnnotation(started('count'), () => place)).toBeUndefined();
  });

  it('name files from the root of the repository', () => {
    expect(fileInRepository('/home/me/repo/pipelines/words.yaml', { GITHUB_WORKSPACE: '/home/me/repo' })).toBe('pipelines/words.yaml');
    expect(fileInRepository('/home/me/words.yaml', {})).toBe('/home/me/words.yaml');
  });

  it('stand in the plain log before the failure', () => {
    const output = recorder();
    const reporter = plainReporter(output, { color: false, now: () => 0, annotate: (event) => eventAnnotation(event, () => place) });
    for (const event of [runStarted, started('count'), failed('count', 5)]) reporter.report(event);
    reporter.close();
    expect(output.lines().slice(2, 4)).toEqual(['::error file=pipelines/words.yaml,line=7,col=3,title=count failed::count broke', 'failed count after 5ms (the task reported an error)']);
  });
});
