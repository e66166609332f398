/** What the server says about a stream: once (`Session`) and about twice a second (`Status`). */

export type Fit = "crop" | "stretch" | "letterbox";

export interface Session {
  /** The stream's name. */
  stream: string;
  version: string;
  source: string;
  model: string;
  provider: string;
  delivery: string;
  fit: Fit;
  weights: string;
  view: string;
  mode: string;
  opacity: number;
  colourMap: string;
  labels: string[];
  layers: { tensor: string; channels: number; width: number; height: number }[];
  /** What the layers' maps are made by. */
  maps: string;
  /** How the class map is made; null where the network allows none, and `noClassMap` says why. */
  classMap: string | null;
  noClassMap: string | null;
  presets: Record<string, number[]>;
  /** Base64 of 256 RGB triples. */
  colourMaps: Record<string, string>;
}

/** captured = delivered + in flight + all that was dropped, always; `balanced` is the server's own check. */
export interface Account {
  captured: number;
  delivered: number;
  inFlight: number;
  dropped: Record<string, number>;
  /** Lost before the ledger begins, as far as the source can tell. */
  upstream: number | null;
  balanced: boolean;
}

/** What the source is doing; `reason` says why it is not running. */
export interface Source {
  state: string;
  /** Since it is in this state. */
  forMs: number;
  reason: string | null;
  restarts: number;
  packetsLost: number;
  repairedTimestamps: number;
  frozenForMs: number | null;
}

export interface Status {
  type: "status";
  state: string;
  /** Why there will be no more frames; null while there will. */
  end: { reason: string; isFailure: boolean } | null;
  source: Source;
  fps: number;
  latencyMs: { p50: number; p99: number };
  explanationShare: number;
  passMs: number;
  /** Where the maps are computed, and the figures that chose it. */
  explainBy: string;
  fit: Fit;
  notices: string[];
  ledger: (Account & { sink: string })[];
  viewer: Account;
}

export async function fetchSession(): Promise<Session> {
  const response = await fetch(new URL("api/session", document.baseURI), { cache: "no-store" }).catch(() => {
    throw new Error("the server cannot be reached");
  });
  if (!response.ok)
    throw new Error(`the server answered ${response.status}`);
  return await response.json() as Session;
}

/** Changes the fit of the stream, for every viewer. */
export async function postFit(fit: Fit): Promise<void> {
  const response = await fetch(new URL("api/fit", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ fit }),
  });
  if (!response.ok)
    throw new Error(`the server answered ${response.status}`);
}

export function decodeColourMap(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  return Uint8Array.from(text, character => character.charCodeAt(0));
}
