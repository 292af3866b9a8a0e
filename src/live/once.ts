/** Work that is begun by the first call and shared by the others; a failure is forgotten, so that the next call tries again. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | null = null;
  return () => {
    begun ??= work().catch((error) => {
      begun = null;
      throw error;
    });
    return begun;
  };
}
