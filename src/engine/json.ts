/** JSON values: parameters, metrics and everything that enters a fingerprint. */
export type JsonScalar = string | number | boolean | null;
export type Json = JsonScalar | Json[] | JsonObject;
export interface JsonObject { [key: string]: Json }
