import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTo, linkWithin, parseRoute, runViews, type RunRoute } from '../../../src/server/page/route.js';
import { taskStates } from '../../../src/server/page/task-state.js';

const route: RunRoute = { kind: 'run', folder: 'chain', run: '01J', view: 'tasks', search: 'php', state: 'failed', task: 'a(x=1)' };

describe('route', () => {
  it('comes back from its own link, whatever a task is called', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    const anyRoute = fc.record({
      kind: fc.constant('run' as const), folder: text, run: text, view: fc.constantFrom(...runViews), task: text, group: text, output: text, file: text, search: text, state: fc.constantFrom(...taskStates),
    }, { requiredKeys: ['kind', 'folder', 'run', 'view'] });
    fc.assert(fc.property(anyRoute, (any) => { expect(parseRoute(linkTo(any as RunRoute))).toEqual(any); }));
  });

  it.each(['', '#', '#/', '#/chain', '#/chain/'])('shows the runs at %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ kind: 'runs' });
  });

  it('shows the overview where the view is none, and takes no state that is none', () => {
    expect(parseRoute('#/chain/01J/nonsense?state=asleep')).toEqual({ kind: 'run', folder: 'chain', run: '01J', view: 'overview' });
  });

  it('closes what is open and keeps what the table is filtered by', () => {
    expect(parseRoute(linkWithin(route, {}))).toEqual({ kind: 'run', folder: 'chain', run: '01J', view: 'tasks', search: 'php', state: 'failed' });
  });

  it('leaves the filter behind with the view', () => {
    expect(parseRoute(linkWithin(route, { view: 'artifacts' }))).toEqual({ kind: 'run', folder: 'chain', run: '01J', view: 'artifacts' });
  });
});
