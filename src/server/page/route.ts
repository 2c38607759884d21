import { taskStates, type TaskState } from './task-state.js';

export const runViews = ['overview', 'tasks', 'artifacts', 'parameters'] as const;
export type RunView = (typeof runViews)[number];

/** What the page shows; every one has an address, so that it can be linked to, and the browser's "back" works. */
export type Route =
  | { readonly kind: 'runs' }
  | RunRoute;

export interface RunRoute {
  readonly kind: 'run';
  /** Of the pipeline, below the artifacts directory. */
  readonly folder: string;
  readonly run: string;
  readonly view: RunView;
  /** The task whose details are open beside the view. */
  readonly task?: string;
  /** The task of the YAML, or `depth 3`, whose instances are listed beside the view. */
  readonly group?: string;
  /** The artifact that is shown instead of the view: an output of `task`, and in a folder the file. */
  readonly output?: string;
  readonly file?: string;
  /** Of the tables. */
  readonly search?: string;
  readonly state?: TaskState;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [folder = '', run = '', view = ''] = path.split('/').map(decoded);
  if (folder === '' || run === '') return { kind: 'runs' };
  const asked = new URLSearchParams(query);
  const text = <Name extends string>(name: Name): Partial<Record<Name, string>> => (asked.get(name) ? { [name]: asked.get(name) } as Record<Name, string> : {});
  const state = taskStates.find((known) => known === asked.get('state'));
  return {
    kind: 'run', folder, run, view: runViews.find((known) => known === view) ?? 'overview',
    ...text('task'), ...text('group'), ...text('output'), ...text('file'), ...text('search'), ...(state && { state }),
  };
}

export function linkTo(route: Route): string {
  if (route.kind === 'runs') return '#/';
  const query = new URLSearchParams();
  for (const name of ['task', 'group', 'output', 'file', 'search', 'state'] as const) {
    const value = route[name];
    if (value !== undefined && value !== '') query.set(name, value);
  }
  const path = [route.folder, route.run, route.view].map(encodeURIComponent).join('/');
  return `#/${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

/** The same run with nothing open unless said; what a table is filtered by stays with its view. */
export function linkWithin({ folder, run, view, search, state }: RunRoute, change: Partial<Omit<RunRoute, 'kind' | 'folder' | 'run'>>): string {
  const filter = change.view === undefined ? { ...(search !== undefined && { search }), ...(state && { state }) } : {};
  return linkTo({ kind: 'run', folder, run, view, ...filter, ...change });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
