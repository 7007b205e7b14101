package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// node is a value of a formula: how it is made, and where it is.
type node struct {
	op   string
	args []*node
	at   string // its place in memory, if it has one
	reg  int    // its register, or −1
	uses int    // to come
}

// compiler makes the vector kernel of a formula: a list of nodes, each after those
// that it needs, and registers for them.
type compiler struct {
	*vector
	values map[string]*node
	nodes  []*node
	free   []int
}

// formula writes a kernel. Its last argument points to the numbers, the wide ones
// first. A slice is loaded where it is needed and stored once its last value is
// known.
func (v *vector) formula(f formula) {
	c := &compiler{vector: v, values: map[string]*node{}}
	for r := range 16 {
		c.free = append(c.free, r)
	}
	for i, name := range list(f.slices) {
		c.values[name] = c.add(&node{op: "load", at: at(i)})
	}
	var constants []func()
	take := func(name, load string, offset int) {
		n := &node{op: "number", reg: c.free[len(c.free)-1], uses: 1 << 30}
		c.free = c.free[:len(c.free)-1]
		c.values[name] = n
		constants = append(constants, func() { v.o(load, fmt.Sprintf("%d(R10)", offset), n.reg) })
	}
	for i, name := range list(f.wide) {
		take(name, "VBROADCASTSD", 8*i)
	}
	for i, name := range list(f.numbers) {
		take(name, "VBROADCASTSS", 8*len(list(f.wide))+4*i)
	}
	for _, s := range f.statements() {
		c.values[assigned(s)] = c.node(s.Rhs[0])
	}
	stores := map[*node][]string{}
	for i, name := range list(f.slices) {
		if slices.Contains(f.changed(), name) {
			n := c.values[name]
			n.uses++
			stores[n] = append(stores[n], at(i))
		}
	}
	params := strings.TrimSuffix(f.slices, ", g")
	if params != f.slices {
		params += ", grad" // g is a register
	}
	v.walk(walk{
		name: f.label(), params: params + " *float32, n int, c *float32",
		comment: "computes [Set." + f.name + "] of n elements; c points to the numbers, in their order.",
		before: func(a arguments) {
			v.op("MOVQ %s, R10", a["c"])
			for _, load := range constants {
				load()
			}
		},
		body: func() {
			for i := range list(f.slices) {
				v.ahead(i)
			}
			store := func(n *node) {
				for _, to := range stores[n] {
					v.o("VMOVUPS", c.register(n), to)
					c.release(n)
				}
			}
			for _, n := range c.nodes {
				if c.emit(n); n.op != "load" {
					store(n)
				}
			}
			for _, n := range c.nodes { // what goes to another slice as it is, once that has been read
				if n.op == "load" {
					store(n)
				}
			}
		},
	})
}

func (c *compiler) add(n *node) *node {
	n.reg = -1
	for _, a := range n.args {
		a.uses++
	}
	c.nodes = append(c.nodes, n)
	return n
}

// node adds what an expression needs.
func (c *compiler) node(e ast.Expr) *node {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return c.node(e.X)
	case *ast.Ident:
		if n, ok := c.values[e.Name]; ok {
			return n
		}
		panic("unknown name " + e.Name)
	case *ast.BasicLit:
		var x float32
		if _, err := fmt.Sscan(e.Value, &x); err != nil {
			panic(err)
		}
		return c.add(&node{op: "constant", at: c.c(x)})
	case *ast.UnaryExpr:
		return c.add(&node{op: map[string]string{"-": "negative"}[e.Op.String()], args: []*node{c.node(e.X)}})
	case *ast.BinaryExpr:
		a := c.node(e.X)
		return c.add(&node{op: e.Op.String(), args: []*node{a, c.node(e.Y)}})
	case *ast.CallExpr:
		var args []*node
		for _, a := range e.Args {
			args = append(args, c.node(a))
		}
		return c.call(e.Fun.(*ast.Ident).Name, args)
	}
	panic(fmt.Sprintf("unknown expression %T", e))
}

// call adds a function: sqrt, abs, max, min and those of update.go. The first
// argument of max and min is not NaN, and not a zero of another sign than the
// second.
func (c *compiler) call(name string, args []*node) *node {
	if name == "signed" {
		a, s := args[0], args[1]
		negative := c.add(&node{op: "negative", args: []*node{a}})
		return c.add(&node{op: "bySign", args: []*node{s, negative, c.add(&node{op: "abs", args: []*node{s}}), a}})
	}
	return c.add(&node{op: name, args: args})
}

func (c *compiler) take() int {
	if len(c.free) == 0 {
		panic("too few registers")
	}
	slices.Sort(c.free)
	r := c.free[0]
	c.free = c.free[1:]
	return r
}

// release counts a use of a node, and frees its register after the last one.
func (c *compiler) release(n *node) {
	if n.uses--; n.uses == 0 && n.reg >= 0 {
		c.free = append(c.free, n.reg)
		n.reg = -1
	}
}

// register returns the node's register, which is loaded if it is not yet.
func (c *compiler) register(n *node) int {
	if n.reg < 0 {
		n.reg = c.take()
		c.o("VMOVUPS", n.at, n.reg)
	}
	return n.reg
}

// operand is the node as the operand of an instruction that may be in memory.
func (c *compiler) operand(n *node) any {
	if n.reg < 0 {
		return n.at
	}
	return n.reg
}

var instructions = map[string]string{"+": "VADDPS", "-": "VSUBPS", "*": "VMULPS", "/": "VDIVPS", "max": "VMAXPS", "min": "VMINPS"}

// emit writes the instructions of a node. One that is in memory and needed once
// stays there.
func (c *compiler) emit(n *node) {
	switch n.op {
	case "load", "constant":
		if n.uses > 1 {
			c.register(n)
		}
		return
	case "+", "*":
		if n.args[0].reg < 0 {
			slices.Reverse(n.args)
		}
	}
	var regs []int
	for i, a := range n.args {
		if i == 0 || len(n.args) > 2 || n.op == "scaled" {
			regs = append(regs, c.register(a))
		}
	}
	switch n.op {
	case "bySign", "scaled": // of several instructions: the result is not where an argument is
		n.reg = c.take()
		spare := c.take()
		if n.op == "scaled" {
			c.scaled(regs[0], regs[1], n.reg, spare)
		} else {
			c.o("VMOVAPS", regs[2], n.reg)
			c.where("PS", regs[0], less, c.c(0), regs[1], n.reg, spare)
			c.where("PS", regs[0], greater, c.c(0), regs[3], n.reg, spare)
		}
		c.free = append(c.free, spare)
		for _, a := range n.args {
			c.release(a)
		}
		return
	}
	var second any
	if len(n.args) > 1 {
		second = c.operand(n.args[1])
	}
	for _, a := range n.args {
		c.release(a)
	}
	n.reg = c.take()
	switch n.op {
	case "sqrt":
		c.o("VSQRTPS", regs[0], n.reg)
	case "abs":
		c.o("VANDPS", c.bits(^uint64(signBit)), regs[0], n.reg)
	case "negative":
		c.o("VXORPS", c.bits(signBit), regs[0], n.reg)
	default:
		name, ok := instructions[n.op]
		if !ok {
			panic("unknown function " + n.op)
		}
		c.o(name, second, regs[0], n.reg)
	}
}
