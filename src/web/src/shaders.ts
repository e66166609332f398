/** One triangle that covers the screen; `position` runs over the frame from 0,0 (top left) to 1,1. */
export const vertexShader = `#version 300 es
out vec2 position;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  position = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/** What is drawn, as the fragment shader's `view` counts it. */
export const views = { combined: 0, lovi: 1, class: 2, fastCam: 3, nonClass: 4 } as const;

/** How it lies on the frame, as the fragment shader's `mode` counts it. */
export const modes = ["colour", "grey", "soft", "alone"] as const;

/** The mix of `layerCount` maps: samplers cannot be indexed by a variable, so what is done to each is written out. */
export function fragmentShader(layerCount: number): string {
  const numbers = Array.from({ length: layerCount }, (_, k) => k);
  return `#version 300 es
precision highp float;
in vec2 position;
out vec4 colour;
uniform sampler2D image;
uniform sampler2D colours;
uniform sampler2D classMap;
${numbers.map(k => `uniform sampler2D layer${k};`).join("\n")}
uniform float weights[${Math.max(1, layerCount)}]; // they add up to 1
uniform vec2 range; // of all layers: lowest, highest
uniform vec2 frame;
uniform vec4 source;
uniform float opacity;
uniform float outline;
uniform bool overlay;
uniform int view;
uniform int mode;

float combined(vec2 at) {
  return ${numbers.map(k => `weights[${k}] * textureLod(layer${k}, at, 0.0).r`).join(" + ") || "0.0"};
}

vec3 mapColour(float saliency) {
  return texelFetch(colours, ivec2(int(clamp(saliency, 0.0, 1.0) * 255.0 + 0.5), 0), 0).rgb;
}

vec3 hsv(float hue, float saturation, float value) {
  vec3 k = mod(vec3(5.0, 3.0, 1.0) + hue / 60.0, 6.0);
  return value - value * saturation * clamp(min(k, 4.0 - k), 0.0, 1.0);
}

// Equations 4 to 7 of the paper: the hue says which layers, the saturation how few, the value how strongly.
vec4 lovi(vec2 at) {
  float sum = 0.0, sumHue = 0.0, most = 0.0, heaviest = 0.0;
  float s;
${numbers.map(k => `  heaviest = max(heaviest, weights[${k}]);`).join("\n")}
${numbers.map(k => `  s = weights[${k}] / heaviest * clamp((textureLod(layer${k}, at, 0.0).r - range.x) / max(range.y - range.x, 1e-6), 0.0, 1.0);
  sum += s; sumHue += s * ${(layerCount > 1 ? 1 - k / (layerCount - 1) : 0).toFixed(6)}; most = max(most, s);`).join("\n")}
  if (most <= 0.0)
    return vec4(0.0);
  float n = ${Math.max(1, layerCount).toFixed(1)};
  float saturation = n > 1.0 ? 1.0 - (sum / (n * most) - 1.0 / n) / (1.0 - 1.0 / n) : 0.0;
  return vec4(hsv(300.0 * sumHue / sum, clamp(saturation, 0.0, 1.0), most), most);
}

// The colour of the map, and how salient the place is.
vec4 drawn(vec2 at) {
  if (view == ${views.lovi})
    return lovi(at);
  float seen = textureLod(classMap, at, 0.0).r;
  float saliency = view == ${views.class} ? seen : combined(at)
    * (view == ${views.fastCam} ? seen : view == ${views.nonClass} ? 1.0 - seen : 1.0);
  return vec4(mapColour(saliency), clamp(saliency, 0.0, 1.0));
}

void main() {
  vec3 seen = textureLod(image, position, 0.0).rgb;
  vec2 pixel = position * frame;
  vec2 beyond = max(source.xy - pixel, pixel - source.xy - source.zw);
  float outside = max(beyond.x, beyond.y);
  if (overlay) {
    if (mode == ${modes.indexOf("grey")})
      seen = vec3(dot(seen, vec3(0.299, 0.587, 0.114)));
    else if (mode == ${modes.indexOf("alone")})
      seen = vec3(0.0);
    if (outside > 0.0)
      seen = outside <= outline ? mix(seen, vec3(1.0), 0.7) : 0.45 * seen;
    else {
      vec4 map = drawn((pixel - source.xy) / source.zw);
      float share = mode == ${modes.indexOf("alone")} ? 1.0 : mode == ${modes.indexOf("soft")} ? opacity * map.a : opacity;
      seen = mix(seen, map.rgb, share);
    }
  }
  colour = vec4(seen, 1.0);
}`;
}
