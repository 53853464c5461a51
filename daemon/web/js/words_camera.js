/* The words of the camera. */
export const camera_words = {
	camera: "Camera",
	camera_picture: "What the camera sees",
	camera_several: "Several codes: tap yours, or aim the box at it alone.",
	camera_take: "Take the code that ends in {tail}",
	camera_again: "The same again: tap the picture.",
	camera_light: "Light",
	camera_dark: "Light off",
	camera_near: "Zoom {factor}\u00d7",
	camera_far: "Zoom off",
	camera_close: "Close camera",
	camera_insecure: "The browser lends its camera only to a page that came by HTTPS. Type the number, or use a scanner; the administrator sets up HTTPS.",
	camera_refused: "The browser may not use the camera. Allow it in the browser's settings of this page.",
	camera_none: "This device has no camera that can be used.",
	camera_busy: "Another program uses the camera.",
	camera_no_decoder: "The camera's decoder did not start. Load the page again.",
};
