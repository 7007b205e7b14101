package onnx

import (
	"math"

	"descent/optimizers"
	"google.golang.org/protobuf/encoding/protowire"
)

// message is the encoded fields of a protobuf message. The field numbers and the
// constants are those of onnx.proto, of which this is the necessary part.
type message []byte

func (m message) int(field protowire.Number, v int) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), uint64(v))
}

func (m message) text(field protowire.Number, s string) message {
	return protowire.AppendString(protowire.AppendTag(m, field, protowire.BytesType), s)
}

func (m message) message(field protowire.Number, inner message) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), inner)
}

// open begins a message of the given length, whose fields follow.
func (m message) open(field protowire.Number, length int) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.BytesType), uint64(length))
}

// Of TensorProto.DataType.
const (
	typeFloat = 1 // float32
	typeInt32 = 6
)

// intAttribute is an AttributeProto of type INT.
func intAttribute(name string, v int) message {
	return message(nil).text(1, name).int(3, v).int(20, 2)
}

// floatAttribute is an AttributeProto of type FLOAT.
func floatAttribute(name string, v float64) message {
	m := protowire.AppendTag(message(nil).text(1, name), 2, protowire.Fixed32Type)
	return message(protowire.AppendFixed32(m, math.Float32bits(float32(v)))).int(20, 1)
}

// textAttribute is an AttributeProto of type STRING.
func textAttribute(name, s string) message {
	return message(nil).text(1, name).text(4, s).int(20, 3)
}

// textsAttribute is an AttributeProto of type STRINGS.
func textsAttribute(name string, all ...string) message {
	m := message(nil).text(1, name)
	for _, s := range all {
		m = m.text(9, s)
	}
	return m.int(20, 8)
}

// intsAttribute is an AttributeProto of type INTS.
func intsAttribute(name string, all ...int) message {
	m := message(nil).text(1, name)
	for _, v := range all {
		m = m.int(8, v)
	}
	return m.int(20, 7)
}

// floatsAttribute is an AttributeProto of type FLOATS.
func floatsAttribute(name string, all ...float32) message {
	m := message(nil).text(1, name)
	for _, v := range all {
		m = protowire.AppendFixed32(protowire.AppendTag(m, 7, protowire.Fixed32Type), math.Float32bits(v))
	}
	return m.int(20, 6)
}

// node is a NodeProto.
type node struct {
	name, operator string
	inputs         []string
	output         string
	attributes     []message
}

func (n node) encode() message {
	var m message
	for _, in := range n.inputs {
		m = m.text(1, in)
	}
	m = m.text(2, n.output).text(3, n.name).text(4, n.operator)
	for _, a := range n.attributes {
		m = m.message(5, a)
	}
	return m
}

// valueInfo is a ValueInfoProto of rows: float32 [batch, row...], the batch free.
func valueInfo(name string, kind int, row []int) message {
	shape := message(nil).message(1, message(nil).text(2, "batch"))
	for _, d := range row {
		shape = shape.message(1, message(nil).int(1, d))
	}
	tensor := message(nil).int(1, kind).message(2, shape)
	return message(nil).text(1, name).message(2, message(nil).message(1, tensor))
}

// tensorHead is the beginning of an initializer of a GraphProto: a TensorProto except
// for its last bytes, the elements.
func tensorHead(t optimizers.Param[float32]) message {
	var m message
	for _, d := range t.Shape {
		m = m.int(1, d)
	}
	m = m.int(2, typeFloat).text(8, t.Name).open(9, 4*len(t.Value))
	return message(nil).open(5, len(m)+4*len(t.Value)).append(m)
}

func (m message) append(fields message) message { return append(m, fields...) }
