import path from "node:path";

/** The project's folder, which contains both `src` and `dist`, in which each process is one file. */
export const root = path.join(__dirname, "..");
