// What a scene computes in every frame: its values in their order, from controls, readings and local values.

import * as kernels from "./kernels.js";

export class Program {
  constructor({ values, controls, arrays }) {
    this.scales = controls.filter(({ drives }) => drives); // second scales of other controls
    this.steps = values.map((value) => compile(value, arrays));
  }

  /** Adds to `values`, by name, all that follows from them; returns them. */
  run(values) {
    for (const { name, drives, slope, intercept } of this.scales) values[name] = (values[drives] - intercept) / slope;
    for (const step of this.steps) step(values);
    return values;
  }
}

// A string argument names an array, a control, a reading, a local value or an earlier value.
function compile({ name, kernel, arguments: names }, arrays) {
  const compute = kernels[kernel];
  const read = names.map((item) => {
    if (typeof item === "number") return () => item;
    const array = arrays[item];
    return array ? () => array : (values) => values[item];
  });
  return (values) => (values[name] = compute(...read.map((get) => get(values))));
}
