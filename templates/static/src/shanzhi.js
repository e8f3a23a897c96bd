// Conveniences only; every page works without this file.
import "./mode.js";
import "./boxes.js";
import "./read.js";
import "./live.js";
import "./autosave.js";
import "./clock.js";
import "./keys.js";
