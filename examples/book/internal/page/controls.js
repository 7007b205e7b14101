"use strict";
// The sliders. The library is unpacked when one is first moved.
(() => {
	let loading;
	const load = () => loading ??= (async () => {
		const packed = Uint8Array.from(atob(document.getElementById("module").textContent.trim()), c => c.charCodeAt(0));
		const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
		const go = new Go();
		const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), go.importObject);
		go.run(instance);
	})();
	for (const form of document.querySelectorAll("form.play")) {
		const inputs = [...form.querySelectorAll("input")], numbers = form.querySelector(".numbers");
		let waiting = false;
		const draw = async () => {
			for (const i of inputs) {
				i.previousElementSibling.value = i.dataset.log ? Number((10 ** i.value).toPrecision(3)) : i.value;
			}
			if (waiting) return;
			waiting = true;
			await load();
			await new Promise(requestAnimationFrame);
			waiting = false;
			const result = descentPlay(form.dataset.name, Object.fromEntries(inputs.map(i => [i.name, Number(i.value)])));
			if (result.svg) form.querySelector(".drawing").innerHTML = result.svg;
			numbers.textContent = result.error ?? result.numbers;
		};
		form.addEventListener("input", draw);
		form.addEventListener("reset", () => setTimeout(draw));
		form.addEventListener("submit", event => event.preventDefault());
		form.hidden = false;
	}
})();
