import { html, render, type TemplateResult } from 'lit-html';
import type { RunList } from '../api.js';
import { artifactView } from './artifact-view.js';
import { artifactsView } from './artifacts-view.js';
import { Connection } from './connection.js';
import { graphView, type GraphLook } from './graph-view.js';
import { groupPanel } from './group-panel.js';
import { OpenRun } from './open-run.js';
import { parametersView } from './parameters-view.js';
import { linkTo, linkWithin, parseRoute, type Route, type RunRoute } from './route.js';
import { runHead } from './run-head.js';
import { runsView } from './runs-view.js';
import type { TableLook } from './scrolled-table.js';
import { taskPanel } from './task-panel.js';
import { tasksView, type TasksLook } from './tasks-view.js';
import { timelineView, type TimelineLook } from './timeline-view.js';

/** Events only change the state; however many come, the page is drawn this often at most. */
const drawEveryMs = 120;
/** While a run goes on, its clock does too. */
const tickMs = 1000;

class Page {
  #route: Route = { kind: 'runs' };
  #list: RunList | undefined;
  #lists: Connection<RunList> | undefined;
  #run: OpenRun | undefined;
  #drawing = false;
  #drawnAt = 0;
  #wantsFocus: 'main' | 'panel' | 'opener' | undefined;
  /** The box of what is open comes into sight, once the graph is there. */
  #wantsInSight = false;
  /** Where the keyboard was when the details were opened. */
  #opener: HTMLElement | SVGElement | undefined;
  #looks = freshLooks();

  constructor(private readonly root: HTMLElement) {
    addEventListener('hashchange', () => { this.#go(); });
    addEventListener('resize', this.#changed);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#changed);
    addEventListener('keydown', (event) => { this.#onKey(event); });
    setInterval(() => { if (this.#run && !this.#run.model.finished && !document.hidden) this.#changed(); }, tickMs);
    this.#go();
  }

  readonly #changed = (): void => {
    if (this.#drawing) return;
    this.#drawing = true;
    const draw = (): void => {
      this.#drawing = false;
      this.#drawnAt = performance.now();
      this.#draw();
    };
    // A change that a person made is drawn at once, the next of a burst of events later.
    setTimeout(() => { requestAnimationFrame(draw); }, Math.max(0, this.#drawnAt + drawEveryMs - performance.now()));
  };

  #go(): void {
    const before = this.#route;
    this.#route = parseRoute(location.hash);
    const route = this.#route;
    const sameRun = before.kind === 'run' && route.kind === 'run' && before.folder === route.folder && before.run === route.run;
    if (!sameRun) this.#open(route);
    if (route.kind === 'run') this.#run?.show(route.task);
    this.#moveFocus(before, route, sameRun);
    this.#drawnAt = 0;
    this.#changed();
  }

  #open(route: Route): void {
    this.#run?.close();
    this.#run = route.kind === 'run' ? new OpenRun(route, this.#changed) : undefined;
    this.#looks = freshLooks();
    this.#lists?.close();
    this.#lists = route.kind === 'run' ? undefined : new Connection<RunList>('/api/runs/watch', {
      onMessage: (list) => {
        this.#list = list;
        this.#changed();
      },
      onState: () => undefined,
    });
  }

  #moveFocus(before: Route, route: Route, sameRun: boolean): void {
    const [opened, was] = [panelOf(route), panelOf(before)];
    this.#wantsInSight = opened !== undefined && (opened !== was || !sameRun);
    if (sameRun && opened !== undefined && opened !== was) {
      const { activeElement } = document;
      if (was === undefined && (activeElement instanceof HTMLElement || activeElement instanceof SVGElement)) this.#opener = activeElement;
      this.#wantsFocus = 'panel';
    } else if (sameRun && opened === undefined && was !== undefined) this.#wantsFocus = 'opener';
    else if (!sameRun && this.#drawnAt > 0) this.#wantsFocus = 'main';
  }

  #onKey({ key }: KeyboardEvent): void {
    if (key === 'Escape' && this.#route.kind === 'run' && panelOf(this.#route) !== undefined) location.hash = linkWithin(this.#route, {});
  }

  #draw(): void {
    const route = this.#route;
    document.title = route.kind === 'run' ? `${this.#run?.model.started?.pipeline ?? route.folder} · pipelines` : 'Runs · pipelines';
    render(html`
      <a class="skip" href="#main" @click=${(event: Event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to the content</a>
      <header class="top"><nav aria-label="Pipelines"><a class="brand" href=${linkTo({ kind: 'runs' })}>pipelines</a>${route.kind === 'run' ? html`<span aria-hidden="true">/</span><a href=${linkTo({ kind: 'runs' })}>runs</a>` : ''}</nav></header>
      <main id="main" tabindex="-1">${this.#run && route.kind === 'run' ? this.#runPage(this.#run, route) : runsView(this.#list)}</main>`, this.root);
    this.#focus();
  }

  #runPage(run: OpenRun, route: RunRoute): TemplateResult {
    const now = Date.now();
    const panel = run.task ? taskPanel(run, run.task, route, now) : route.group !== undefined ? groupPanel(run, route.group, route, now) : '';
    return html`${runHead(run, route, now)}<div class="beside ${panel === '' ? '' : 'with-panel'}"><div class="view">${this.#view(run, route, now)}</div>${panel}</div>`;
  }

  #view(run: OpenRun, route: RunRoute, now: number): TemplateResult {
    const { graph, timeline, tasks, artifacts } = this.#looks;
    if (route.output !== undefined) return artifactView(run, route);
    switch (route.view) {
      case 'overview':
        return html`${graphView(run, route, graph, this.#changed)}${timelineView(run, route, timeline, now, this.#changed)}`;
      case 'tasks':
        return tasksView(run, route, tasks, now, this.#changed);
      case 'artifacts':
        return artifactsView(run, route, artifacts, this.#changed);
      case 'parameters':
        return parametersView(run);
    }
  }

  #focus(): void {
    const wanted = this.#wantsFocus;
    this.#wantsFocus = undefined;
    if (this.#wantsInSight && bringInSight()) this.#wantsInSight = false;
    if (wanted === 'panel') document.getElementById('panel-title')?.focus();
    if (wanted === 'main') document.getElementById('main')?.focus();
    if (wanted === 'opener') (this.#opener?.isConnected ? this.#opener : document.getElementById('main'))?.focus();
  }
}

/** Scrolls the graph alone, never the page; false while there is no such box. */
function bringInSight(): boolean {
  const [box, graph] = [document.querySelector('.node.open'), document.querySelector('.graph .scroll')];
  if (!box || !graph) return false;
  const [inner, outer] = [box.getBoundingClientRect(), graph.getBoundingClientRect()];
  graph.scrollBy({ left: inner.left + inner.width / 2 - outer.left - outer.width / 2, top: inner.top + inner.height / 2 - outer.top - outer.height / 2 });
  return true;
}

function panelOf(route: Route): string | undefined {
  return route.kind === 'run' ? route.task ?? route.group : undefined;
}

function freshLooks(): { graph: GraphLook; timeline: TimelineLook; tasks: TasksLook; artifacts: TableLook } {
  const table = { scrolled: 0, height: innerHeight };
  return { graph: { scale: null }, timeline: { window: null, pointed: undefined }, tasks: { ...table, order: { column: 'pipeline', descending: false } }, artifacts: { ...table } };
}

const root = document.getElementById('page');
if (root) new Page(root);
