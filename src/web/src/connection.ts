import { decodeFrame, encodeAcknowledgement, type Frame } from "./protocol";
import { fetchSession, type Session, type Status } from "./session";

const firstRetryMs = 500;
const longestRetryMs = 10_000;
/** The server sends a status about twice a second; this long without any message, the connection is dead. */
const silenceMs = 5_000;

export interface Listener {
  connecting(): void;
  session(session: Session): void;
  status(status: Status): void;
  /** Resolves once the frame is drawn; a rejection ends the connection. */
  frame(frame: Frame): Promise<void>;
  disconnected(reason: string, retryMs: number): void;
}

/** Keeps one WebSocket to the server, and comes back with growing pauses when it is lost. */
export class Connection {
  #listener: Listener;
  #socket: WebSocket | undefined;
  #retryMs = firstRetryMs;
  #layerCount = 0;
  #stream = "";
  #retryTimer = 0;
  #silenceTimer = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  async open(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#listener.connecting();
    try {
      const session = await fetchSession();
      this.#layerCount = session.layers.length;
      this.#stream = session.stream;
      this.#listener.session(session);
    } catch (error) {
      this.#retry(describe(error));
      return;
    }
    const address = new URL("live", document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#heard(socket);
    socket.onmessage = message => void this.#receive(socket, message.data);
    socket.onclose = event => this.#lose(socket, event.reason || "the connection was closed");
    this.#socket = socket;
    this.#heard(socket);
  }

  async #receive(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    this.#heard(socket);
    try {
      if (typeof data === "string") {
        this.#listener.status(JSON.parse(data) as Status);
        return;
      }
      const frame = decodeFrame(data, this.#layerCount);
      if (frame.stream !== this.#stream)
        throw new Error(`a frame of ${frame.stream} came, and ${this.#stream} is watched`);
      await this.#listener.frame(frame);
      this.#retryMs = firstRetryMs;
      if (socket.readyState === WebSocket.OPEN)
        socket.send(encodeAcknowledgement(frame.sequence));
    } catch (error) {
      this.#lose(socket, describe(error));
    }
  }

  #heard(socket: WebSocket): void {
    if (socket !== this.#socket)
      return;
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(
      () => this.#lose(socket, `nothing came for ${silenceMs / 1000} s`), silenceMs);
  }

  #lose(socket: WebSocket, reason: string): void {
    if (socket !== this.#socket)
      return;
    this.#socket = undefined;
    clearTimeout(this.#silenceTimer);
    socket.close();
    this.#retry(reason);
  }

  #retry(reason: string): void {
    this.#listener.disconnected(reason, this.#retryMs);
    this.#retryTimer = setTimeout(() => void this.open(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
