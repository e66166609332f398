/** The live protocol, version 3: one little-endian binary message a frame, one text message a status. */

const protocolVersion = 3;
const headerLength = 68;
const mapPresent = 1;
const classMapPresent = 2;
const text = new TextDecoder();

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One map, 0 to 255, top row first. */
export interface SaliencyMap {
  width: number;
  height: number;
  values: Uint8Array<ArrayBuffer>;
}

export interface Prediction {
  index: number;
  probability: number;
}

export interface Frame {
  /** The name of the stream that it is of. */
  stream: string;
  sequence: number;
  mapAgeMs: number;
  mapAgeFrames: number;
  hasMap: boolean;
  width: number;
  height: number;
  /** What the network saw, in frame pixels; it may reach outside the frame. */
  source: Rectangle;
  predictions: Prediction[];
  /** Finest first. */
  layers: SaliencyMap[];
  /** Where one class is seen, and which. */
  classMap: (SaliencyMap & { class: number }) | undefined;
  jpeg: Uint8Array<ArrayBuffer>;
}

/** Throws when the message is not exactly one frame of this version, with at least `layerCount` maps. */
export function decodeFrame(message: ArrayBuffer, layerCount: number): Frame {
  const view = new DataView(message);
  const version = view.getUint16(0, true);
  if (version !== protocolVersion)
    throw new Error(`the server speaks protocol ${version}, this page ${protocolVersion}; reload the page`);

  const mapCount = view.getUint16(2, true);
  const predictionCount = view.getUint16(4, true);
  const jpegLength = view.getUint32(56, true);

  const nameLength = view.getUint32(64, true);

  let sizes = headerLength + nameLength;
  let offset = sizes + 4 * mapCount;
  const predictions: Prediction[] = [];
  for (let i = 0; i < predictionCount; i++, offset += 8)
    predictions.push({ index: view.getUint32(offset, true), probability: view.getFloat32(offset + 4, true) });

  const maps: SaliencyMap[] = [];
  for (let i = 0; i < mapCount; i++, sizes += 4) {
    const width = view.getUint16(sizes, true);
    const height = view.getUint16(sizes + 2, true);
    maps.push({ width, height, values: new Uint8Array(message, offset, width * height) });
    offset += width * height;
  }

  if (offset + jpegLength !== message.byteLength)
    throw new Error(`a frame of ${offset + jpegLength} bytes came as ${message.byteLength}`);

  const flags = view.getUint16(6, true);
  const hasClassMap = (flags & classMapPresent) !== 0;
  const layers = maps.slice(0, layerCount);
  const classMap = hasClassMap && mapCount > layerCount ? { ...maps[layerCount]!, class: view.getInt32(60, true) } : undefined;

  return {
    stream: text.decode(new Uint8Array(message, headerLength, nameLength)),
    sequence: view.getFloat64(8, true),
    mapAgeMs: view.getFloat64(24, true),
    mapAgeFrames: view.getUint32(32, true),
    hasMap: (flags & mapPresent) !== 0 && layerCount > 0,
    width: view.getUint16(36, true),
    height: view.getUint16(38, true),
    source: {
      x: view.getFloat32(40, true),
      y: view.getFloat32(44, true),
      width: view.getFloat32(48, true),
      height: view.getFloat32(52, true),
    },
    predictions,
    layers,
    classMap,
    jpeg: new Uint8Array(message, offset, jpegLength),
  };
}

/** Tells the server that this frame is on the screen; only then does it send another. */
export function encodeAcknowledgement(sequence: number): ArrayBuffer {
  const message = new ArrayBuffer(8);
  new DataView(message).setFloat64(0, sequence, true);
  return message;
}
