type Place = { latitude: number; longitude: number };
type GreatCircleInput = {
  from: Place;
  to?: Place;
  bearing?: number;
  distanceKm?: number;
  radiusKm?: number;
};
type GreatCircleOutput = {
  distanceKm: number;
  initialBearing: number;
  finalBearing: number;
  midpoint: Place;
  destination: Place;
};
/** A place as a point of the unit sphere. */
type Vector = [number, number, number];

/** The mean radius of the Earth. */
const EARTH_KM = 6371.0088;
/** In radians; a smaller angle is rounding. */
const SAME_PLACE = 1e-15;
const DEGREE = Math.PI / 180;

/** The shortest way between two places of a sphere, or the place at the end of a way. */
export default function greatCircle(input: GreatCircleInput): GreatCircleOutput {
  const { from, to, bearing, distanceKm, radiusKm = EARTH_KM } = input;
  const given = [bearing, distanceKm].filter((part) => part !== undefined).length;
  if (given !== (to === undefined ? 2 : 0)) throw new Error("Give either to, or both bearing and distanceKm");
  const angle =
    to === undefined ? (distanceKm as number) / radiusKm : angleBetween(vectorOf(from), vectorOf(to));
  const initialBearing = bearing ?? (angle < SAME_PLACE ? 0 : bearingTo(from, to as Place));
  const destination = to ?? travel(from, initialBearing, angle);
  return {
    distanceKm: angle * radiusKm,
    initialBearing,
    // Looking back a quarter of the globe: that is defined even after half a turn.
    finalBearing: (bearingTo(destination, travel(from, initialBearing, angle - Math.PI / 2)) + 180) % 360,
    midpoint: travel(from, initialBearing, angle / 2),
    destination,
  };
}

/** The arc tangent keeps the digits that the arc cosine loses for near and for opposite places. */
function angleBetween(a: Vector, b: Vector): number {
  const across = cross(a, b);
  return Math.atan2(Math.sqrt(dot(across, across)), dot(a, b));
}

function vectorOf({ latitude, longitude }: Place): Vector {
  const [up, around] = [latitude * DEGREE, longitude * DEGREE];
  return [Math.cos(up) * Math.cos(around), Math.cos(up) * Math.sin(around), Math.sin(up)];
}

function placeOf([x, y, z]: Vector): Place {
  return { latitude: Math.atan2(z, Math.hypot(x, y)) / DEGREE, longitude: Math.atan2(y, x) / DEGREE };
}

/** Degrees clockwise from north, 0 to 360. */
function bearingTo(from: Place, to: Place): number {
  const { north, east } = directions(from);
  const target = vectorOf(to);
  return (Math.atan2(dot(target, east), dot(target, north)) / DEGREE + 360) % 360;
}

function travel(from: Place, bearing: number, angle: number): Place {
  const start = vectorOf(from);
  const { north, east } = directions(from);
  const way = combine(north, Math.cos(bearing * DEGREE), east, Math.sin(bearing * DEGREE));
  return placeOf(combine(start, Math.cos(angle), way, Math.sin(angle)));
}

/** At a pole, its longitude says where north and east are. */
function directions({ latitude, longitude }: Place): { north: Vector; east: Vector } {
  const north = vectorOf({ latitude: latitude + 90, longitude });
  return { north, east: vectorOf({ latitude: 0, longitude: longitude + 90 }) };
}

function combine(a: Vector, share: number, b: Vector, other: number): Vector {
  return [a[0] * share + b[0] * other, a[1] * share + b[1] * other, a[2] * share + b[2] * other];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
