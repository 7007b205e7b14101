package page

// Slip is an error in a document.
type Slip struct {
	Place string `json:"place"` // an equation, a cell or a paragraph
	Quote string `json:"quote"` // a few words from the document
	Right string `json:"right"` // the correction
	Why   string `json:"why"`
}

// Erratum adds an error in a document. printed is what the document says or
// implies, ours the right numbers, and ok reports whether the computation confirms
// the slip. Both lists may be empty.
func (p *Page) Erratum(quantity string, printed, ours Numbers, ok bool, s Slip) {
	p.add(Row{Quantity: quantity, Printed: printed, Ours: ours, Kind: Wrong, OK: ok, Note: s.Why, Slip: &s, decimals: some})
}
