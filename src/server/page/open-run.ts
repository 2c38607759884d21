import type { Event } from '../../engine/event.js';
import type { RunGraph, TaskDetail, TreeListing } from '../api.js';
import { Connection, type ConnectionState } from './connection.js';
import { placed, type PlacedGraph } from './graph-layout.js';
import { drawnGraph, type DrawnGraph } from './graph-nodes.js';
import type { RunRoute } from './route.js';
import { RunModel } from './run-model.js';

/** Lines of a log that are kept; a log that is longer is read as a file. */
const linesKept = 5000;

export interface OpenTask {
  readonly id: string;
  /** Undefined while it is fetched; null when there is nothing to fetch. */
  detail: TaskDetail | null | undefined;
  log: string[];
  /** How many lines are no longer in `log`. */
  dropped: number;
  logState: ConnectionState;
}

/** The run that is looked at: its events so far, its graph, and the task that is open. */
export class OpenRun {
  readonly model = new RunModel();
  connection: ConnectionState = 'connecting';
  graph: RunGraph | undefined;
  drawn: DrawnGraph | undefined;
  layout: PlacedGraph | undefined;
  task: OpenTask | undefined;
  /** Of the output that is open, by the address it was fetched from. */
  tree: { readonly address: string; listing: TreeListing | null | undefined } | undefined;
  readonly address: string;
  readonly #events: Connection<readonly Event[]>;
  #log: Connection<readonly string[]> | undefined;
  /** The state the task had when its detail was fetched. */
  #detailFor = '';
  #closed = false;

  constructor({ folder, run }: RunRoute, private readonly changed: () => void) {
    this.address = `/api/runs/${encodeURIComponent(folder)}/${encodeURIComponent(run)}`;
    this.#events = new Connection(`${this.address}/events`, {
      onMessage: (events) => {
        for (const event of events) this.model.apply(event);
        this.#drawUnknown();
        this.#refreshDetail();
        this.changed();
      },
      onState: (state) => {
        this.connection = state;
        this.changed();
      },
    });
    void this.#fetchGraph();
  }

  close(): void {
    this.#closed = true;
    this.#events.close();
    this.#log?.close();
  }

  /** Opens a task's details, or none. */
  show(id: string | undefined): void {
    if (this.task?.id === id) return;
    this.#log?.close();
    this.#log = undefined;
    this.#detailFor = '';
    this.task = id === undefined ? undefined : { id, detail: undefined, log: [], dropped: 0, logState: 'connecting' };
    if (this.task) this.#followLog(this.task);
    this.#refreshDetail();
  }

  /** Address of an artifact of the open task. */
  artifactAddress(digest: string, query: Readonly<Record<string, string>> = {}): string {
    return `${this.address}/artifact?${new URLSearchParams({ task: this.task?.id ?? '', digest, ...query }).toString()}`;
  }

  /** Fetches the files of an output that is a folder. */
  showTree(digest: string): void {
    const address = `${this.address}/tree?${new URLSearchParams({ task: this.task?.id ?? '', digest }).toString()}`;
    if (this.tree?.address === address) return;
    const tree = { address, listing: undefined as TreeListing | null | undefined };
    this.tree = tree;
    void fetchJson<TreeListing>(address).then((listing) => {
      tree.listing = listing;
      this.changed();
    });
  }

  async #fetchGraph(): Promise<void> {
    const graph = await fetchJson<RunGraph>(`${this.address}/graph`) ?? { kind: 'unknown', because: 'it could not be fetched' } as const;
    if (this.#closed) return;
    this.graph = graph;
    if (graph.kind === 'known') {
      this.model.expect(graph.tasks);
      this.drawn = drawnGraph(graph, []);
      this.layout = placed(this.drawn);
    }
    this.#drawUnknown();
    this.changed();
  }

  /** Without the pipeline every new task may be a new box. */
  #drawUnknown(): void {
    if (this.graph?.kind !== 'unknown') return;
    const drawn = drawnGraph(this.graph, [...this.model.rows].map(({ id }) => id));
    if (drawn.nodes.length !== this.drawn?.nodes.length) this.layout = placed(drawn);
    this.drawn = drawn;
  }

  /** What the store knows of a task changes when it ends. */
  #refreshDetail(): void {
    const { task } = this;
    if (!task) return;
    const state = this.model.row(task.id)?.state ?? '';
    const settled = state === 'waiting' || state === 'running' ? 'to come' : state;
    if (this.#detailFor === `${task.id} ${settled}`) return;
    this.#detailFor = `${task.id} ${settled}`;
    void fetchJson<TaskDetail>(`${this.address}/task?${new URLSearchParams({ id: task.id }).toString()}`).then((detail) => {
      if (this.task !== task) return;
      task.detail = detail;
      if (settled === 'cached' && detail?.result) void this.#fetchOldLog(task, detail.result.log);
      this.changed();
    });
  }

  #followLog(task: OpenTask): void {
    this.#log = new Connection<readonly string[]>(`${this.address}/log?${new URLSearchParams({ task: task.id }).toString()}`, {
      onMessage: (lines) => {
        task.log.push(...lines);
        const tooMany = task.log.length - linesKept;
        if (tooMany > 0) {
          task.log.splice(0, tooMany);
          task.dropped += tooMany;
        }
        this.changed();
      },
      onState: (state) => {
        task.logState = state;
        this.changed();
      },
    });
  }

  /** A cached task wrote its log in an earlier run. */
  async #fetchOldLog(task: OpenTask, digest: string): Promise<void> {
    const response = await fetch(this.artifactAddress(digest)).catch(() => undefined);
    if (!response?.ok) return;
    const text = await response.text();
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    task.log = lines.slice(-linesKept);
    task.dropped = lines.length - task.log.length;
    this.changed();
  }
}

/** Null for whatever is not there. */
export async function fetchJson<Value>(address: string): Promise<Value | null> {
  try {
    const response = await fetch(address);
    return response.ok ? await response.json() as Value : null;
  } catch {
    return null;
  }
}
