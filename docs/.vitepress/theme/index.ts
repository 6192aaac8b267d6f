import theme from 'vitepress/theme-without-fonts'
import './coursepay.css'

export default theme
