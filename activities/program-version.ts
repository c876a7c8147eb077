/** The version of this program, as package.json has it (S2). A test compares the two. */
export const PROGRAM_VERSION = '0.1.0';
