/** Shows a person one line about work that takes long. The line holds no secrets. */
export type ShowLine = (line: string) => void;
