/** Receives one readable line at a time about what takes long; never a secret. */
export type Progress = (line: string) => void;
