/** True if two values are equal in type and content, as `assert.deepStrictEqual` compares them. */
export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  return isEqual(a, b, new Map());
}

type Compared = Map<object, object>;

function isEqual(a: unknown, b: unknown, compared: Compared): boolean {
  if (Object.is(a, b)) {
    return true;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return false;
  }
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) {
    return false;
  }
  // A pair that is being compared further up is equal as far as it is concerned.
  if (compared.get(a) === b) {
    return true;
  }
  compared.set(a, b);
  const result = hasEqualContent(a, b, compared) && hasEqualProperties(a, b, compared);
  compared.delete(a);
  return result;
}

function hasEqualContent(a: object, b: object, compared: Compared): boolean {
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    return (a as { length?: number }).length === (b as { length?: number }).length;
  }
  if (a instanceof Date || a instanceof Number || a instanceof String || a instanceof Boolean) {
    return Object.is(a.valueOf(), b.valueOf());
  }
  if (a instanceof RegExp) {
    return String(a) === String(b) && a.lastIndex === (b as RegExp).lastIndex;
  }
  if (a instanceof Error) {
    const other = b as Error;
    return a.message === other.message && a.name === other.name && isEqual(a.cause, other.cause, compared);
  }
  if (a instanceof Map) {
    return hasEqualPairs(a, b as Map<unknown, unknown>, compared);
  }
  return !(a instanceof Set) || hasEqualMembers(a, b as Set<unknown>, compared);
}

function hasEqualPairs(a: Map<unknown, unknown>, b: Map<unknown, unknown>, compared: Compared): boolean {
  const left = new Map(b);
  return (
    a.size === b.size &&
    [...a].every(([key, value]) => {
      const found = left.has(key) ? key : [...left.keys()].find((each) => isEqual(key, each, compared));
      return left.has(found) && isEqual(value, left.get(found), compared) && left.delete(found);
    })
  );
}

function hasEqualMembers(a: Set<unknown>, b: Set<unknown>, compared: Compared): boolean {
  const left = new Set(b);
  return (
    a.size === b.size &&
    [...a].every((value) => {
      const found = left.has(value) ? value : [...left].find((each) => isEqual(value, each, compared));
      return left.delete(found);
    })
  );
}

function hasEqualProperties(a: object, b: object, compared: Compared): boolean {
  const keys = enumerable(a);
  const others = enumerable(b);
  return (
    keys.length === others.length &&
    keys.every((key) => {
      const property = key as keyof typeof a;
      return Object.hasOwn(b, key) && isEqual(a[property], b[property], compared);
    })
  );
}

const enumerable = (value: object): (string | symbol)[] =>
  Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
