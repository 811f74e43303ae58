/** Functions of Flink 2.2.1 that Tidemark knows by name and cannot compute yet: a call says so, instead of "No match found". */
export const UNSUPPORTED_FUNCTIONS: ReadonlySet<string> = new Set([
  'CURRENT_DATABASE',
  'ML_EVALUATE',
  'ML_PREDICT',
  'OBJECT_OF',
  'OBJECT_UPDATE',
  'PRINT',
  'STREAMRECORD_TIMESTAMP',
  'VECTOR_SEARCH',
]);
