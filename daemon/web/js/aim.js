/*
 * Where the aiming box of the camera's picture lies in what the camera gives, and where a code that was found in there lies in the
 * box. Pure. The picture fills its place and is cut at two sides (object-fit: cover): what is not shown is not read.
 */

const THUMB_PX = 44;

/*
 * picture, box: rectangles on the screen {x, y, width, height}; video: {width, height} of what the camera gives. Gives the box in the
 * camera's own pixels, {x, y, width, height} as whole numbers, within it.
 */
export function aim_crop(picture, box, video) {
	const scale = Math.max(picture.width / video.width, picture.height / video.height);
	const along = (size, shown, start, length) => {
		const from = (start + (size * scale - shown) / 2) / scale;
		const first = Math.min(size - 1, Math.max(0, Math.round(from)));
		return [first, Math.max(1, Math.min(size - first, Math.round(length / scale)))];
	};
	const [x, width] = along(video.width, picture.width, box.x - picture.x, box.width);
	const [y, height] = along(video.height, picture.height, box.y - picture.y, box.height);
	return { x, y, width, height };
}

/*
 * Where a finger takes a code: position are its corners in the pixels of an image {width, height} of the whole box, which is shown as
 * large as box {width, height}. Gives {x, y, width, height} in the box, at least so large that a thumb hits it.
 */
export function aim_outline({ topLeft, topRight, bottomLeft, bottomRight }, image, box) {
	const corners = [topLeft, topRight, bottomLeft, bottomRight];
	const span = (values, size, shown) => {
		const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => Math.min(shown, Math.max(0, shown * value / size)));
		const length = Math.min(shown, Math.max(THUMB_PX, most - least));
		return [Math.min(shown - length, Math.max(0, (least + most - length) / 2)), length];
	};
	const [x, width] = span(corners.map((one) => one.x), image.width, box.width);
	const [y, height] = span(corners.map((one) => one.y), image.height, box.height);
	return { x, y, width, height };
}
