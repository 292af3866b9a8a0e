import path from "node:path";

/** The project's folder: `src` lies in it, and so does `dist`, in which each process is one file. */
export const root = path.join(__dirname, "..");
