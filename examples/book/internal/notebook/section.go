// Package notebook contains the experiments of a course notebook on gradient-descent optimizations (003).
package notebook

import (
	"embed"

	"descent/examples/book/internal/page"
)

//go:embed *.go
var source embed.FS

// Section is the document.
func Section() *page.Section {
	return &page.Section{Number: "003", Title: "Notebook: gradient descent optimizations", Experiments: notebookExperiments, Source: source, Folder: "examples/book/internal/notebook"}
}
