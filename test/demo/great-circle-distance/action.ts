interface Place {
  latitude: number;
  longitude: number;
}

const EARTH_RADIUS_KM = 6371.0088;

/** Haversine formula: good to half a percent, and stable for places close together. */
export default function greatCircleDistance(input: { from: Place; to: Place }): { kilometres: number } {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const { from, to } = input;
  const halfLatitude = radians(to.latitude - from.latitude) / 2;
  const halfLongitude = radians(to.longitude - from.longitude) / 2;
  const a =
    Math.sin(halfLatitude) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(halfLongitude) ** 2;
  return { kilometres: 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a))) };
}
