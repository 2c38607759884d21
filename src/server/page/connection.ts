/** How a stream of messages is doing. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended';

export interface ConnectionHandlers<Data> {
  onMessage(data: Data): void;
  onState(state: ConnectionState): void;
}

const retryMs = 2000;

/**
 * Server-sent events that go on where they stopped. A page in the background lets go of its stream: a browser opens only six
 * to one server, and a seventh tab would otherwise wait for ever.
 */
export class Connection<Data> {
  #source: EventSource | undefined;
  #lastId = '';
  #ended = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #onVisibility = (): void => {
    if (document.hidden) this.#disconnect();
    else this.#connect();
  };

  constructor(private readonly address: string, private readonly handlers: ConnectionHandlers<Data>) {
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#connect();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#disconnect();
  }

  #connect(): void {
    if (this.#ended || this.#source) return;
    const url = new URL(this.address, location.href);
    if (this.#lastId !== '') url.searchParams.set('from', this.#lastId);
    const source = new EventSource(url);
    this.#source = source;
    this.handlers.onState('connecting');
    source.onopen = () => { this.handlers.onState('open'); };
    source.onmessage = (message: MessageEvent<string>) => {
      this.#lastId = message.lastEventId;
      this.handlers.onMessage(JSON.parse(message.data) as Data);
    };
    source.addEventListener('end', () => {
      this.#ended = true;
      this.#disconnect();
      this.handlers.onState('ended');
    });
    source.onerror = () => {
      this.handlers.onState('lost');
      // After a refusal (a server that was just started again, say) the browser gives up; a lost connection it tries again itself.
      if (source.readyState !== EventSource.CLOSED) return;
      this.#disconnect();
      this.#retry = setTimeout(() => { this.#connect(); }, retryMs);
    };
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }
}
