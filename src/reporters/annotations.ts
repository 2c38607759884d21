import { relative } from 'node:path';
import type { Event } from '../engine/event.js';
import type { Position } from '../engine/pipeline.js';

/** Where an annotation belongs: a place in a file of the repository. */
export interface AnnotatedPlace {
  readonly file: string;
  readonly position?: Position | undefined;
}

/**
 * A line that GitHub Actions shows beside the file it is about, and on the run's first page.
 * Source: "Workflow commands for GitHub Actions", setting an error message.
 */
export function annotation(level: 'error' | 'warning', title: string, message: string, place?: AnnotatedPlace): string {
  const properties = [
    ...(place === undefined ? [] : [`file=${property(place.file)}`]),
    ...(place?.position === undefined ? [] : [`line=${String(place.position.line)}`, `col=${String(place.position.column)}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

/** What an event means for the people of a repository; undefined for all that goes well. */
export function eventAnnotation(event: Event, placeOf: (task: string) => AnnotatedPlace | undefined): string | undefined {
  switch (event.kind) {
    case 'task-failed':
      return annotation('error', `${event.task} failed`, [event.failure.message, ...(event.failure.hint === undefined ? [] : [event.failure.hint])].join('\n'), placeOf(event.task));
    case 'not-reproducible':
      return annotation('warning', `${event.task} is not reproducible`, `output ${event.output} is not the same as before`, placeOf(event.task));
    case 'warning':
      return annotation('warning', 'pipelines', event.message);
    default:
      return undefined;
  }
}

/** A file as annotations name it: from the root of the repository. */
export function fileInRepository(file: string, environment: NodeJS.ProcessEnv): string {
  const root = environment['GITHUB_WORKSPACE'];
  return root === undefined ? file : relative(root, file);
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
