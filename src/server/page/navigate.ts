import { linkTo, type Route } from './route.js';

/**
 * Shows another route in the place of this one: typing is no step that "back" should undo letter by letter. At once, for what is
 * typed next must not find the page a letter behind.
 */
export function replaceRoute(route: Route): void {
  history.replaceState(null, '', linkTo(route));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
