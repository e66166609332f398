import type { Frame, SaliencyMap } from "./protocol";
import { fragmentShader, modes, vertexShader, views } from "./shaders";

/** What this viewer has chosen to see. */
export interface Mix {
  overlay: boolean;
  view: keyof typeof views;
  mode: (typeof modes)[number];
  opacity: number;
  /** One a layer, finest first; a single layer is seen by giving the others 0. */
  weights: number[];
  /** 256 RGB triples. */
  colours: Uint8Array<ArrayBuffer>;
}

/** Draws a decoded frame on the page's canvas. */
export interface Painter {
  draw(image: ImageBitmap, frame: Frame, mix: Mix): void;
  /** Draws the last frame again, with another mix. */
  redraw(mix: Mix): void;
}

const frameUnit = 0;
const coloursUnit = 1;
const classMapUnit = 2;
const firstLayerUnit = 3;

/** Mixes the frame and the layer maps on the GPU. */
export class Mixer implements Painter {
  #canvas: HTMLCanvasElement;
  #gl: WebGL2RenderingContext;
  #program: WebGLProgram | undefined;
  #layerCount = 0;
  #sizes = new Map<number, string>();
  #colours: Uint8Array | undefined;
  #frame: Frame | undefined;
  #range: [number, number] = [0, 1];

  constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    // A lost context comes back empty: forget what was in it, and the next frame fills it again.
    canvas.addEventListener("webglcontextlost", event => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      this.#program = undefined;
      this.#sizes.clear();
      this.#colours = undefined;
      this.#frame = undefined;
    });
  }

  draw(image: ImageBitmap, frame: Frame, mix: Mix): void {
    const gl = this.#gl;
    if (gl.isContextLost())
      return;
    this.#useProgram(frame.layers.length);
    if (this.#canvas.width !== image.width || this.#canvas.height !== image.height) {
      this.#canvas.width = image.width;
      this.#canvas.height = image.height;
    }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (this.#select(frameUnit, image.width, image.height, gl.RGB8, gl.LINEAR))
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, gl.RGB, gl.UNSIGNED_BYTE, image);
    frame.layers.forEach((layer, k) => {
      if (this.#select(firstLayerUnit + k, layer.width, layer.height, gl.R8, gl.LINEAR))
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, layer.width, layer.height, gl.RED, gl.UNSIGNED_BYTE, layer.values);
    });
    const classMap = frame.classMap ?? noMap;
    if (this.#select(classMapUnit, classMap.width, classMap.height, gl.R8, gl.LINEAR))
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, classMap.width, classMap.height, gl.RED, gl.UNSIGNED_BYTE, classMap.values);
    this.#range = rangeOf(frame.layers);
    this.#frame = frame;
    this.redraw(mix);
  }

  redraw(mix: Mix): void {
    const gl = this.#gl;
    const frame = this.#frame;
    const program = this.#program;
    if (frame === undefined || program === undefined || gl.isContextLost())
      return;
    if (this.#colours !== mix.colours) {
      this.#select(coloursUnit, 256, 1, gl.RGB8, gl.NEAREST);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 1, gl.RGB, gl.UNSIGNED_BYTE, mix.colours);
      this.#colours = mix.colours;
    }
    const place = (name: string) => gl.getUniformLocation(program, name);
    const { x, y, width, height } = frame.source;
    const canvas = this.#canvas;
    gl.uniform2f(place("frame"), frame.width, frame.height);
    gl.uniform4f(place("source"), x, y, width, height);
    gl.uniform1i(place("view"), views[mix.view]);
    gl.uniform1i(place("mode"), modes.indexOf(mix.mode));
    gl.uniform2f(place("range"), ...this.#range);
    gl.uniform1f(place("opacity"), mix.opacity);
    gl.uniform1f(place("outline"), Math.max(1, Math.round(canvas.height / 540)) * frame.height / canvas.height);
    gl.uniform1i(place("overlay"), Number(mix.overlay && frame.hasMap));
    if (this.#layerCount > 0)
      gl.uniform1fv(place("weights"), normalise(mix.weights, this.#layerCount));
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #useProgram(layerCount: number): void {
    const gl = this.#gl;
    if (this.#program !== undefined && this.#layerCount === layerCount)
      return;
    const units = gl.getParameter(gl.MAX_TEXTURE_IMAGE_UNITS) as number;
    if (firstLayerUnit + layerCount > units)
      throw new Error(`this graphics card mixes ${units - firstLayerUnit} layers, the stream has ${layerCount}`);

    const program = gl.createProgram();
    const compile = (type: number, source: string) => {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader);
      return shader;
    };
    compile(gl.VERTEX_SHADER, vertexShader);
    const fragment = compile(gl.FRAGMENT_SHADER, fragmentShader(layerCount));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS))
      throw new Error(gl.getShaderInfoLog(fragment) || gl.getProgramInfoLog(program) || "the shader does not link");

    gl.deleteProgram(this.#program ?? null);
    gl.useProgram(program);
    gl.uniform1i(gl.getUniformLocation(program, "image"), frameUnit);
    gl.uniform1i(gl.getUniformLocation(program, "colours"), coloursUnit);
    gl.uniform1i(gl.getUniformLocation(program, "classMap"), classMapUnit);
    for (let k = 0; k < layerCount; k++)
      gl.uniform1i(gl.getUniformLocation(program, `layer${k}`), firstLayerUnit + k);
    this.#program = program;
    this.#layerCount = layerCount;
  }

  /** Makes a unit's texture the current one, with storage of this size; an empty one is not to be filled. */
  #select(unit: number, width: number, height: number, format: number, filter: number): boolean {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + unit);
    const size = `${width}×${height}`;
    if (this.#sizes.get(unit) !== size && width > 0 && height > 0) {
      gl.deleteTexture(gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture | null);
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      this.#sizes.set(unit, size);
    }
    return width > 0 && height > 0;
  }
}

/** Shows the frame as it came, where there is no WebGL2. */
export class PlainPainter implements Painter {
  #canvas: HTMLCanvasElement;
  #context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  draw(image: ImageBitmap): void {
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#context.drawImage(image, 0, 0);
  }

  redraw(): void {}
}

/** Stands where no class is mapped: nothing is seen anywhere. */
const noMap: SaliencyMap = { width: 1, height: 1, values: new Uint8Array(1) };

/** The lowest and the highest value of all layers, 0 to 1. */
function rangeOf(layers: SaliencyMap[]): [number, number] {
  let lowest = 255, highest = 0;
  for (const { values } of layers)
    for (const value of values) {
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  return lowest < highest ? [lowest / 255, highest / 255] : [0, 1];
}

function normalise(weights: number[], count: number): number[] {
  const used = Array.from({ length: count }, (_, k) => weights[k] ?? 0);
  const sum = used.reduce((total, weight) => total + weight, 0);
  return used.map(weight => sum > 0 ? weight / sum : 1 / count);
}
