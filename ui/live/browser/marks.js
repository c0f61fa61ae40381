// The class that draws each kind of mark. It gives an SVG `element`; `place` is called when the plot was drawn,
// with the maps of its two axes, and `show` in every frame, which changes attributes only.

import { Handle, Spoke } from "./mark_handles.js";
import { Area, Box } from "./mark_areas.js";
import { Curve, LiveCurve, LivePath, VerticalLine } from "./mark_lines.js";
import { Atoms, Dots, Point } from "./mark_points.js";
import { Raster } from "./mark_raster.js";
import { Mesh, Swarm } from "./mark_rows.js";

export const MARKS = {
  "vertical-line": VerticalLine, curve: Curve, "live-curve": LiveCurve, "live-path": LivePath,
  area: Area, box: Box,
  point: Point, dots: Dots, atoms: Atoms,
  handle: Handle, spoke: Spoke,
  swarm: Swarm, mesh: Mesh, raster: Raster,
};
